import { isRecord } from '../../is-record.ts';
import { truncate } from '../../jobs/bounds.ts';
import { isScalar, type Scalar } from './operators.ts';
import { MAX_DEPTH, type Leaf } from './parse.ts';
import { grow, ways, type Node, type Pattern } from './tree.ts';

/** `absent`: nothing of what is looked for is there, and the pattern says so. */
type Verdict = 'found' | 'absent' | 'no';

/** What becomes of one field by itself. `depends`: it is in a list, so it depends on which element the others are in. */
type Alone = 'holds' | 'fails' | 'depends';

/**
 * Never throws, whatever the event is. Each field is looked at once; only those in lists are looked at together, since they
 * must all hold in one element, way by way through the `$or`.
 */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (!isRecord(event)) return false;
  const alone = remembering((leaf) => judgeAlone(leaf, event));
  for (const way of ways(pattern.parts, (leaf) => alone(leaf) !== 'fails')) {
    const listed = way.filter((leaf) => alone(leaf) === 'depends');
    if (listed.length === 0 || holds(listed, event)) return true;
  }
  return false;
}

function remembering<T>(judge: (leaf: Leaf) => T): (leaf: Leaf) => T {
  const known = new Map<Leaf, T>();
  return (leaf) => {
    if (!known.has(leaf)) known.set(leaf, judge(leaf));
    return known.get(leaf)!;
  };
}

function judgeAlone(leaf: Leaf, event: unknown): Alone {
  let value = event;
  for (const name of leaf.path) {
    if (Array.isArray(value)) return holds([leaf], event) || leaf.mayBeAbsent ? 'depends' : 'fails';
    value = own(value, name);
  }
  return judgeLeaf(leaf, elementsOf(value)) === 'no' ? 'fails' : 'holds';
}

const holds = (leaves: readonly Leaf[], event: unknown): boolean => judge(grow(leaves), event) !== 'no';

function judge(node: Node, value: unknown): Verdict {
  const elements = elementsOf(value);
  const verdicts = node.leaf ? [judgeLeaf(node.leaf, elements)] : [];
  return all(node.members.size > 0 ? [...verdicts, judgeMembers(node, elements)] : verdicts);
}

/** A list stands for its elements, at any depth: what is wanted must be true of one of them. */
const elementsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.flat(MAX_DEPTH) : [value]);

/** Only plain values are there in the sense of a pattern: an object and an empty list count as missing. */
function judgeLeaf(leaf: Leaf, elements: readonly unknown[]): Verdict {
  const values = elements.filter(isScalar);
  if (values.length === 0) return leaf.mayBeAbsent ? 'absent' : 'no';
  return values.some((value) => leaf.tests.some((test) => test(value))) ? 'found' : 'no';
}

/**
 * All members must be those of one element: `{ "k": [1], "m": [2] }` does not match `[{ "k": 1 }, { "m": 2 }]`. Where no
 * element is picked out by a value it has, what must be missing must be missing from all of them.
 */
function judgeMembers(node: Node, elements: readonly unknown[]): Verdict {
  const owners = elements.length > 0 ? elements : [undefined];
  const verdicts = owners.map((owner) =>
    all([...node.members].map(([name, member]) => judge(member, own(owner, name)))),
  );
  if (verdicts.includes('found')) return 'found';
  return verdicts.includes('no') ? 'no' : 'absent';
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('found') ? 'found' : 'absent';
}

/** `constructor` and its like are fields like any other: there only if the event itself has them. */
const own = (owner: unknown, name: string): unknown =>
  isRecord(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined;

/** How it is said why a pattern does not match an event. */
export interface MismatchWords {
  noObject: string;
  unusable: string;
  /** Between reasons, where one `$or` has several. */
  nor: string;
  /** Between alternatives. */
  or: string;
  /** `is`: its values, or null where it is missing. */
  field(name: string, is: string | null, wanted: string): string;
  noElement(fields: string): string;
}
export const MISMATCH_WORDS: MismatchWords = {
  noObject: 'the event is no object',
  unusable: 'its pattern cannot be used',
  nor: '; nor: ',
  or: ' or ',
  field: (name, is, wanted) => `${name} ${is === null ? 'is missing' : `is ${is}`}, wanted ${wanted}`,
  noElement: (fields) => `no single element of a list has all of ${fields}`,
};

/** The first field that does not match, in words for people; null for an event that matches. */
export function explainMismatch(pattern: Pattern, event: unknown, words = MISMATCH_WORDS): string | null {
  if (!isRecord(event)) return words.noObject;
  if (matches(pattern, event)) return null;
  const failing = remembering((leaf) => !holds([leaf], event));
  const reasons = new Set<string>();
  for (const way of ways(pattern.parts)) {
    reasons.add(reason(way, way.find(failing), event, words));
    if (reasons.size === MAX_REASONS) break;
  }
  return [...reasons].join(words.nor) || words.unusable;
}

/** A pattern with many `$or` has as many reasons; the first few are enough. */
const MAX_REASONS = 3;
const MAX_SHOWN = 200;

function reason(
  way: readonly Leaf[],
  failing: Leaf | undefined,
  event: Record<string, unknown>,
  words: MismatchWords,
): string {
  if (!failing) return words.noElement(way.map(({ shown }) => shown).join(', '));
  const values = valuesAt(event, failing.path);
  const is = values.length > 0 ? written(values, ', ') : null;
  return words.field(failing.shown, is, written(failing.raw, words.or));
}

const written = (values: readonly unknown[], between: string): string =>
  truncate(values.map((value) => JSON.stringify(value)).join(between), MAX_SHOWN);

const valuesAt = (event: unknown, path: readonly string[]): Scalar[] =>
  path
    .reduce((owners, name) => owners.flatMap((o) => elementsOf(own(o, name))), [event] as unknown[])
    .filter(isScalar);
