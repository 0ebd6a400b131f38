import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';

const fieldProblem = lazily(() =>
  z.object({
    in: z.enum(['body', 'query', 'path', 'header']),
    field: z.string().describe('For instance `jobs[3].labels`; empty where the whole is meant'),
    problem: z.string(),
    fix: z.string(),
  }),
);
export type FieldProblem = z.output<ReturnType<typeof fieldProblem>>;

export const problem = lazily(() =>
  z
    .object({
      type: z.string().describe('`urn:jobchime:problem:` and the kind: for programs'),
      title: z.string(),
      status: z.int(),
      detail: z.string().describe('What is wrong this time, and what to do'),
      errors: z.array(fieldProblem()).optional().describe('The fields that are at fault'),
    })
    .meta({ description: 'What is wrong, as RFC 9457 has it' }),
);
export type Problem = z.output<ReturnType<typeof problem>>;
