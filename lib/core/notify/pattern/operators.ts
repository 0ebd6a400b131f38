import { isRecord } from '../../is-record.ts';
import { contains, parseNetwork } from './cidr.ts';
import type { PatternWords } from './words.ts';
import { matchesPieces, wildcardPieces } from './wildcard.ts';

export type Scalar = string | number | boolean | null;
/** Whether one value that is there satisfies what is wanted. */
export type Test = (value: Scalar) => boolean;

interface Operator {
  /** Reads the operand: the test it stands for, or in words what is wrong with it. */
  read: (operand: unknown, words: PatternWords) => Test | string;
  /** How to write it. */
  usage: readonly string[];
}

export const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);
/** No locale: the same pattern must mean the same everywhere. */
const fold = (text: string): string => text.toLowerCase();

const starts = (start: string): Test => onText((text) => text.startsWith(start));
const ends = (end: string): Test => onText((text) => text.endsWith(end));
const equalsIgnoringCase = (wanted: string): Test => onText((text) => fold(text) === fold(wanted));
function wildcard(pattern: string, words: PatternWords): Test | string {
  const pieces = wildcardPieces(pattern);
  return typeof pieces === 'string' ? words[pieces] : onText((text) => matchesPieces(pieces, text));
}

const textOperand =
  (read: (operand: string, words: PatternWords) => Test | string) =>
  (operand: unknown, words: PatternWords): Test | string =>
    typeof operand === 'string' ? read(operand, words) : words.noText;

/** A start or an end, in any case where it is written as `{ "equals-ignore-case": "..." }`. */
const affix =
  (test: (part: string) => Test) =>
  (operand: unknown, words: PatternWords): Test | string => {
    if (typeof operand === 'string') return test(operand);
    const [[name, part] = [], ...more] = isRecord(operand) ? Object.entries(operand) : [];
    if (name !== 'equals-ignore-case' || typeof part !== 'string' || more.length > 0) return words.noText;
    const folded = test(fold(part));
    return (value) => typeof value === 'string' && folded(fold(value));
  };

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
const isSign = (sign: unknown): sign is string => typeof sign === 'string' && Object.hasOwn(COMPARE, sign);
/** The range EventBridge compares numbers in. */
const MAX_NUMBER = 5e9;

function numeric(operand: unknown, words: PatternWords): Test | string {
  const list: unknown[] = Array.isArray(operand) ? operand : [];
  if (list.length !== 2 && list.length !== 4) return words.comparisons;
  const signs = list.filter((_, i) => i % 2 === 0);
  const bounds = list.filter((_, i) => i % 2 === 1);
  if (!signs.every(isSign)) return words.noComparison(Object.keys(COMPARE).join(' '));
  if (!bounds.every((bound) => typeof bound === 'number')) return words.noNumber;
  if (!bounds.every((bound) => Math.abs(bound) <= MAX_NUMBER)) return words.tooBig;
  const isRange = signs[0]!.startsWith('>') && signs[1]?.startsWith('<');
  if (list.length === 4 && !isRange) return words.noRange;
  if (isRange && !(bounds[0]! < bounds[1]!)) return words.emptyRange;
  return (value) => typeof value === 'number' && signs.every((s, i) => COMPARE[s]!(value, bounds[i]!));
}

const NEGATABLE: Readonly<Record<string, (text: string, words: PatternWords) => Test | string>> = {
  prefix: (text, words) => (text === '' ? words.emptyText : starts(text)),
  suffix: (text, words) => (text === '' ? words.emptyText : ends(text)),
  'equals-ignore-case': equalsIgnoringCase,
  wildcard,
};

function anythingBut(operand: unknown, words: PatternWords): Test | string {
  const refused = isRecord(operand) ? negated(operand, words) : values(operand, words);
  return typeof refused === 'string' ? refused : (value) => !refused.some((test) => test(value));
}

function values(operand: unknown, words: PatternWords): Test[] | string {
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const same = ['string', 'number'].some((type) => list.every((value) => typeof value === type));
  if (list.length === 0) return words.excludesNothing;
  return same ? list.map((refused) => (value) => value === refused) : words.mixed;
}

function negated(operand: Record<string, unknown>, words: PatternWords): Test[] | string {
  const [[name = '', parts] = [], ...more] = Object.entries(operand);
  if (more.length > 0 || !Object.hasOwn(NEGATABLE, name))
    return words.noExclusion(Object.keys(NEGATABLE).join(', '));
  const list: unknown[] = Array.isArray(parts) ? parts : [parts];
  if (list.length === 0) return words.excludesNothing;
  const tests = list.map((one) => textOperand(NEGATABLE[name]!)(one, words));
  const wrong = tests.find((test) => typeof test === 'string');
  return wrong === undefined ? (tests as Test[]) : words.wrongPart(name, wrong);
}

/** What may stand in a list of alternatives beside plain values. `exists` is about the field and not about a value. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  prefix: {
    read: affix(starts),
    usage: ['{"prefix": "text"}', '{"prefix": {"equals-ignore-case": "text"}}'],
  },
  suffix: {
    read: affix(ends),
    usage: ['{"suffix": "text"}', '{"suffix": {"equals-ignore-case": "text"}}'],
  },
  'equals-ignore-case': {
    read: textOperand(equalsIgnoringCase),
    usage: ['{"equals-ignore-case": "text"}'],
  },
  wildcard: {
    read: textOperand(wildcard),
    usage: ['{"wildcard": "a*z"}'],
  },
  'anything-but': {
    read: anythingBut,
    usage: ['{"anything-but": ["a", "b"]}', '{"anything-but": 5}', '{"anything-but": {"prefix": "text"}}'],
  },
  numeric: {
    read: numeric,
    usage: ['{"numeric": [">", 0]}', '{"numeric": [">=", 0, "<", 10]}'],
  },
  cidr: {
    read: textOperand((text, words) => {
      const network = parseNetwork(text);
      return network ? onText((address) => contains(network, address)) : words.noNetwork;
    }),
    usage: ['{"cidr": "10.0.0.0/24"}', '{"cidr": "2001:db8::/32"}'],
  },
  exists: {
    read: (operand, words) => (typeof operand === 'boolean' ? () => operand : words.noBoolean),
    usage: ['{"exists": true}', '{"exists": false}'],
  },
};

/** How to write it. */
export const usageOf = (name: string, { or, escapes }: PatternWords): string => {
  const { usage } = OPERATORS[name]!;
  const [last = '', ...first] = usage.toReversed();
  const all = first.length > 0 ? `${first.toReversed().join(', ')}${or}${last}` : last;
  return name === 'wildcard' ? all + escapes : all;
};
