import { parse, type Problem } from './pattern/parse.ts';
import { impossible } from './pattern/possible.ts';
import { tooMany, type Pattern } from './pattern/tree.ts';
import { PATTERN_WORDS, type PatternWords } from './pattern/words.ts';

export { PATTERN_WORDS, type PatternWords } from './pattern/words.ts';
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
export function compilePattern(raw: unknown, words = PATTERN_WORDS): Compiled {
  const parsed = parse(raw, words);
  if (!parsed.ok) return parsed;
  const problem = tooLarge(raw, words) ?? tooMany(parsed.parts, words);
  return problem ? { ok: false, problems: [problem] } : { ok: true, pattern: { raw, parts: parsed.parts } };
}

/** The same for one that somebody writes: it must match some event of ours too. */
export function acceptPattern(raw: unknown, words = PATTERN_WORDS): Compiled {
  const compiled = compilePattern(raw, words);
  const problems = compiled.ok ? impossible(compiled.pattern, words) : [];
  return problems.length > 0 ? { ok: false, problems } : compiled;
}

function tooLarge(raw: unknown, words: PatternWords): Problem | null {
  const bytes = Buffer.byteLength(JSON.stringify(raw));
  if (bytes <= MAX_PATTERN_BYTES) return null;
  return { path: '', problem: words.tooLarge(bytes, MAX_PATTERN_BYTES), fix: words.useLess };
}
