import * as z from 'zod';
import type { OwnDialect } from '../../core/input/fields.ts';
import { explain, renderPath, type Problem } from '../../core/input/problems.ts';
import { ORIGIN_NAME } from '../../core/jobs/job.ts';
import { dialectSchema } from './dialect.ts';
import { readYaml } from './yaml.ts';

/** The dialects of a file, whatever else stands in it. */
export function readDialects(
  text: string,
): { ok: true; dialects: Record<string, OwnDialect> } | { ok: false; problems: Problem[] } {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, problems: yaml.problems.map((it) => ({ where: '', ...it })) };
  const name = z
    .string()
    .regex(ORIGIN_NAME)
    .meta({ hint: 'Name it with lower-case letters, digits and hyphens.' });
  const schema = z
    .looseObject({
      dialects: z
        .record(name, dialectSchema())
        .meta({ hint: 'Write dialects, and names below (docs/dialects.md).' }),
    })
    .meta({ hint: 'Write dialects, and names below (docs/dialects.md).' });
  const raw = yaml.value ?? {};
  const parsed = schema.safeParse(raw, { jitless: true });
  if (parsed.success) return { ok: true, dialects: parsed.data.dialects };
  const problems = explain(parsed.error.issues, schema, raw).map(({ path, problem, fix }) => ({
    where: renderPath(path),
    ...yaml.positionOf(path),
    problem,
    fix,
  }));
  return { ok: false, problems };
}
