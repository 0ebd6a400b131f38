import type { Leaf, Or, Part, Problem } from './parse.ts';
import type { PatternWords } from './words.ts';

/** An event pattern of EventBridge, checked. */
export interface Pattern {
  /** As it was written. */
  readonly raw: unknown;
  /** What must hold, all of it. As large as what was written: no `$or` is multiplied out. */
  readonly parts: readonly Part[];
}

/** Conditions by their path, so that fields of one object are looked at together. */
export interface Node {
  leaf: Leaf | null;
  members: Map<string, Node>;
}

/** What EventBridge allows; two `$or` of 30 entries are 900. */
export const MAX_WAYS = 1_000;
/** Fields on all ways together: a list in an event may have to be looked at once for each of them. */
export const MAX_WAY_FIELDS = 20_000;

/**
 * What is wrong with the ways through a pattern; null where nothing is. One look at each field: nothing is multiplied out,
 * however many ways there are.
 */
export function tooMany(parts: readonly Part[], words: PatternWords): Problem | null {
  const twice = repeated(parts);
  if (twice) {
    return { path: twice.shown, problem: words.twice, fix: words.nameOnce };
  }
  const { ways, fields } = measure(parts);
  const fix = words.fewerOr;
  if (ways > MAX_WAYS) return { path: '', problem: words.tooManyWays(MAX_WAYS), fix };
  const problem = words.tooManyFields(MAX_WAY_FIELDS);
  return fields > MAX_WAY_FIELDS ? { path: '', problem, fix } : null;
}

/** Each `$or` multiplies the ways that stand beside it, and each way has the fields of all that it goes through. */
function measure(parts: readonly Part[]): { ways: number; fields: number } {
  let all = { ways: 1, fields: 0 };
  for (const part of parts) {
    const one = 'anyOf' in part ? sum(part.anyOf.map(measure)) : { ways: 1, fields: 1 };
    all = { ways: all.ways * one.ways, fields: all.fields * one.ways + one.fields * all.ways };
  }
  return all;
}
const sum = (all: readonly { ways: number; fields: number }[]) => ({
  ways: all.reduce((n, { ways }) => n + ways, 0),
  fields: all.reduce((n, { fields }) => n + fields, 0),
});

/**
 * A field that one way names a second time: EventBridge would take the last and forget the others, which is never what
 * was meant. Two entries of one `$or` are on different ways, so they may name the same.
 */
function repeated(parts: readonly Part[], above: Set<string> = new Set()): Leaf | null {
  for (const part of parts) {
    if (!('anyOf' in part)) {
      const name = nameOf(part);
      if (above.has(name)) return part;
      above.add(name);
      continue;
    }
    const named = new Set<string>();
    for (const one of part.anyOf) {
      const own = new Set<string>();
      const twice = repeated(one, own) ?? leavesOf(one).find((leaf) => above.has(nameOf(leaf)));
      if (twice) return twice;
      for (const name of own) named.add(name);
    }
    for (const name of named) above.add(name);
  }
  return null;
}

/** Names may have dots in them. */
const nameOf = ({ path }: Leaf): string => JSON.stringify(path);

const leavesOf = (parts: readonly Part[]): Leaf[] =>
  parts.flatMap((part) => ('anyOf' in part ? part.anyOf.flatMap(leavesOf) : [part]));

/**
 * The ways to match, one after the other: of each `$or` one entry, and all that stands beside it. Made when somebody asks
 * for the next one, and never of a field that `possible` rules out.
 */
export function* ways(
  parts: readonly Part[],
  possible: (leaf: Leaf) => boolean = () => true,
): Generator<readonly Leaf[]> {
  const own = parts.filter((part): part is Leaf => !('anyOf' in part));
  if (!own.every(possible)) return;
  const ors = parts.filter((part): part is Or => 'anyOf' in part);
  // As most patterns are.
  if (ors.length === 0) return yield own;
  yield* through(ors, 0, own);

  function* through(ors: readonly Or[], at: number, leaves: readonly Leaf[]): Generator<readonly Leaf[]> {
    const or = ors[at];
    if (!or) return yield leaves;
    for (const entry of or.anyOf)
      for (const way of ways(entry, possible)) yield* through(ors, at + 1, [...leaves, ...way]);
  }
}

export function grow(leaves: readonly Leaf[]): Node {
  const root: Node = { leaf: null, members: new Map() };
  for (const leaf of leaves) {
    let node = root;
    for (const name of leaf.path) {
      const next: Node = node.members.get(name) ?? { leaf: null, members: new Map() };
      node.members.set(name, next);
      node = next;
    }
    node.leaf = leaf;
  }
  return root;
}
