import { parse, type Problem } from './pattern/parse.ts';
import { impossible } from './pattern/possible.ts';
import { tooMany, type Pattern } from './pattern/tree.ts';

export type { Problem } from './pattern/parse.ts';
export type { Pattern } from './pattern/tree.ts';
export { explainMismatch, matches, MISMATCH_WORDS, type MismatchWords } from './pattern/match.ts';

/** What stands in for one that cannot be compiled: no event matches it. */
export const unusable = (raw: unknown): Pattern => ({ raw, parts: [{ anyOf: [] }] });

/** Of a pattern as compact JSON. EventBridge takes 2,048; a list of names may be longer here. */
export const MAX_PATTERN_BYTES = 8_192;

export type Compiled = { ok: true; pattern: Pattern } | { ok: false; problems: Problem[] };

/**
 * Checks a pattern and prepares it for matching. Reads what rules of EventBridge may say, and refuses what they refuse,
 * with all problems at once; `path` is empty where the pattern as a whole is meant.
 */
export function compilePattern(raw: unknown): Compiled {
  const parsed = parse(raw);
  if (!parsed.ok) return parsed;
  const problem = tooLarge(raw) ?? tooMany(parsed.parts);
  return problem ? { ok: false, problems: [problem] } : { ok: true, pattern: { raw, parts: parsed.parts } };
}

/** The same for one that somebody writes: it must match some event of ours too. */
export function acceptPattern(raw: unknown): Compiled {
  const compiled = compilePattern(raw);
  const problems = compiled.ok ? impossible(compiled.pattern) : [];
  return problems.length > 0 ? { ok: false, problems } : compiled;
}

function tooLarge(raw: unknown): Problem | null {
  const bytes = Buffer.byteLength(JSON.stringify(raw));
  if (bytes <= MAX_PATTERN_BYTES) return null;
  const problem = `has ${bytes} bytes as JSON, and ${MAX_PATTERN_BYTES} are the most`;
  return {
    path: '',
    problem,
    fix: 'say it with prefix, wildcard or anything-but, or make several subscriptions',
  };
}
