import * as z from 'zod';
import { TRACE_NAMES } from './systems.ts';

/** Durations in milliseconds, at most a week. */
const ms = z.int().min(0).max(604_800_000);

/** How the two calls of a job are recorded: the one that started it, and its end. */
export const traceScript = z.strictObject({
  user: z.string().min(1).optional(),
  /** Of the resource. */
  name: z.string().optional(),
  operation: z.string().min(1).optional(),
  /** After each of the two: so long it is not shown. A minute by default. */
  delayMs: ms.default(60_000),
  resultDelayMs: ms.optional(),
  /** How often each of them is recorded, under one id. */
  copies: z.int().min(1).max(5).default(1),
  /** `text`: `response` and `user` are JSON in a text, as in the traces of servers. `object`: as in the examples of the API. */
  form: z.enum(['text', 'object']).default('text'),
  /** Some services leave it out of their records: then nobody finds the job. */
  response: z.boolean().default(true),
  /** False: the job leaves no records. */
  recorded: z.boolean().default(true),
});
export type TraceScript = z.output<typeof traceScript>;

/** A trace as it is, in any shape. `time` is that of its insertion unless it says one; so is the id. */
export const traceInput = z.strictObject({
  system: z.enum(TRACE_NAMES),
  projectId: z.string().optional(),
  delayMs: ms.default(0),
  trace: z.record(z.string(), z.json()),
});
export type TraceInput = z.input<typeof traceInput>;
export type TraceRaw = z.output<typeof traceInput>;
