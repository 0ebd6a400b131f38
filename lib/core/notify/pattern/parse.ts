import { isRecord } from '../../is-record.ts';
import { isScalar, OPERATORS, usageOf, type Test } from './operators.ts';
import { PATTERN_WORDS } from './words.ts';

/** What is wrong with a pattern, where, and what to do: for the person who wrote it. */
export interface Problem {
  /** `detail.data.job.labels.team[0].numeric`; empty for the pattern as a whole. */
  path: string;
  problem: string;
  fix: string;
}

/** What one field must satisfy. */
export interface Leaf {
  path: readonly string[];
  shown: string;
  /** Where it stands in the pattern: with its `$or`. */
  at: string;
  /** The alternatives as they were written. */
  raw: readonly unknown[];
  /** One for each alternative. */
  tests: readonly Test[];
  /** One of the alternatives is that the field is missing. */
  mayBeAbsent: boolean;
}
/** One condition: a field's, or that of a `$or`. Conditions that stand side by side must all hold. */
export type Part = Leaf | Or;
export interface Or {
  anyOf: Part[][];
}

/** Far deeper than any event of ours; bounds the work of everything that walks a pattern. */
export const MAX_DEPTH = 32;

/** Refused as field names within `$or` by EventBridge: its operators and comparisons, and what it keeps for later. */
const RESERVED = new Set([
  ...Object.keys(OPERATORS),
  ...'exactly = < <= > >= regex not-wildcard not-equals-ignore-case in-date-range'.split(' '),
  ...'date-after date-before date-on-or-after date-on-or-before'.split(' '),
  ...'ip-address-in-range ip-address-not-in-range'.split(' '),
]);

interface PatternPosition {
  /** Names of the fields from the top; `$or` is none. */
  path: readonly string[];
  shown: string;
  withinOr: boolean;
  depth: number;
}

export function parse(
  raw: unknown,
  words = PATTERN_WORDS,
): { ok: true; parts: Part[] } | { ok: false; problems: Problem[] } {
  const problems: Problem[] = [];
  const note = (path: string, problem: string, fix: string): [] => {
    problems.push({ path, problem, fix });
    return [];
  };

  function fields(raw: unknown, position: PatternPosition): Part[] {
    const { shown, depth } = position;
    if (!isRecord(raw)) return note(shown, words.noObject, words.asObject);
    const entries = Object.entries(raw);
    if (entries.length === 0) return note(shown, words.empty, words.nameField);
    if (depth > MAX_DEPTH) return note(shown, words.tooDeep(MAX_DEPTH), words.nestLess);
    return entries.flatMap(([name, value]) =>
      name === '$or' ? or(value, { ...position, shown: below(shown, name) }) : field(name, value, position),
    );
  }

  function or(raw: unknown, position: PatternPosition): Part[] {
    if (!Array.isArray(raw)) return note(position.shown, words.noList, words.asOr);
    if (raw.length < 2) return note(position.shown, words.tooFew, words.asOr);
    const inside = { ...position, withinOr: true, depth: position.depth + 1 };
    return [{ anyOf: raw.map((one, i) => fields(one, { ...inside, shown: `${position.shown}[${i}]` })) }];
  }

  function field(name: string, raw: unknown, above: PatternPosition): Part[] {
    const shown = below(above.shown, name);
    const path = [...above.path, name];
    if (above.withinOr && RESERVED.has(name)) return note(shown, words.reserved, words.leaveReserved);
    if (isRecord(raw)) return fields(raw, { ...above, path, shown, depth: above.depth + 1 });
    if (!Array.isArray(raw)) {
      const example = isScalar(raw) ? JSON.stringify(raw) : '"value"';
      return note(shown, words.neither, words.asList(example));
    }
    if (raw.length === 0) return note(shown, words.emptyList, words.nameValue);
    return leaf(raw, path, shown);
  }

  function leaf(raw: unknown[], path: string[], shown: string): Part[] {
    const tests = raw.flatMap((one, i) => alternative(one, `${shown}[${i}]`));
    const mayBeAbsent = raw.some((one) => isRecord(one) && one['exists'] === false);
    return [{ path, shown: path.join('.'), at: shown, raw, tests, mayBeAbsent }];
  }

  function alternative(raw: unknown, shown: string): Test[] {
    if (isScalar(raw)) return [(value) => value === raw];
    const use = words.useOperator(Object.keys(OPERATORS).join(', '));
    if (!isRecord(raw)) return note(shown, words.noAlternative, use);
    const [[name = '', operand] = [], ...more] = Object.entries(raw);
    if (!Object.hasOwn(OPERATORS, name)) return note(below(shown, name), words.noOperator, use);
    if (more.length > 0) return note(shown, words.twoOperators, words.oneOperator);
    const test = OPERATORS[name]!.read(operand, words);
    return typeof test === 'string'
      ? note(below(shown, name), test, words.write(usageOf(name, words)))
      : [test];
  }

  const parts = fields(raw, { path: [], shown: '', withinOr: false, depth: 1 });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, parts };
}

const below = (path: string, name: string): string => [path, name].filter(Boolean).join('.');
