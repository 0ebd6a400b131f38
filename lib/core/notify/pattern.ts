import { parse, type Problem } from './pattern/parse.ts';
import { alternatives, type Pattern } from './pattern/tree.ts';

export type { Problem } from './pattern/parse.ts';
export type { Pattern } from './pattern/tree.ts';
export { explainMismatch, matches } from './pattern/match.ts';

/**
 * Checks a pattern and prepares it for matching. Reads what rules of EventBridge may say, and refuses what they refuse,
 * with all problems at once; `path` is empty where the pattern as a whole is meant.
 */
export function compilePattern(
  raw: unknown,
): { ok: true; pattern: Pattern } | { ok: false; problems: Problem[] } {
  const parsed = parse(raw);
  if (!parsed.ok) return parsed;
  const expanded = alternatives(parsed.parts);
  return expanded.ok ? { ok: true, pattern: { raw, alternatives: expanded.alternatives } } : expanded;
}
