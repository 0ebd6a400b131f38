import { cut } from '../../jobs/bounds.ts';
import { isObject, isScalar, type Scalar } from './operators.ts';
import { MAX_DEPTH, type Leaf } from './parse.ts';
import { grow, type Alternative, type Node, type Pattern } from './tree.ts';

/** `absent`: nothing of what is asked for is there, and that is what is wanted. */
type Verdict = 'found' | 'absent' | 'no';

/** Never throws, whatever the event is. */
export const matches = (pattern: Pattern, event: unknown): boolean =>
  isObject(event) && pattern.alternatives.some((one) => holds(one.tree, event));

const holds = (tree: Node, event: unknown): boolean => judge(tree, event) !== 'no';

function judge(node: Node, value: unknown): Verdict {
  const elements = elementsOf(value);
  const verdicts = node.leaf ? [judgeLeaf(node.leaf, elements)] : [];
  return all(node.members.size > 0 ? [...verdicts, judgeMembers(node, elements)] : verdicts);
}

/** A list stands for its elements, at any depth: what is wanted must be true of one of them. */
const elementsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.flat(MAX_DEPTH) : [value]);

/** Only plain values are there in the sense of a pattern: an object and an empty list are as good as missing. */
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
  isObject(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined;

/** The first field that does not match, in words for people; null for an event that matches. */
export function explainMismatch(pattern: Pattern, event: unknown): string | null {
  if (!isObject(event)) return 'the event is no object';
  if (matches(pattern, event)) return null;
  const reasons = new Set(pattern.alternatives.map((one) => reason(one, event)));
  return [...reasons].slice(0, MAX_REASONS).join('; nor: ');
}

/** A pattern with many `$or` has as many reasons; the first few tell the story. */
const MAX_REASONS = 3;
const MAX_SHOWN = 200;

function reason({ leaves }: Alternative, event: Record<string, unknown>): string {
  const failing = leaves.find((leaf) => !holds(grow([leaf]), event));
  if (!failing) return `no single element of a list has all of ${leaves.map((l) => l.shown).join(', ')}`;
  const values = valuesAt(event, failing.path);
  const is = values.length > 0 ? `is ${values.map((v) => JSON.stringify(v)).join(', ')}` : 'is missing';
  return `${failing.shown} ${cut(is, MAX_SHOWN)}, wanted ${cut(failing.wanted, MAX_SHOWN)}`;
}

const valuesAt = (event: unknown, path: readonly string[]): Scalar[] =>
  path
    .reduce((owners, name) => owners.flatMap((o) => elementsOf(own(o, name))), [event] as unknown[])
    .filter(isScalar);
