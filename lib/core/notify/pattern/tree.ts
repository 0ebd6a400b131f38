import type { Leaf, Part, Problem } from './parse.ts';

/** One way to match: all leaves must hold. `tree` has them by their path, so that fields of one object are looked at together. */
export interface Alternative {
  leaves: readonly Leaf[];
  tree: Node;
}

/** An event pattern of EventBridge, checked. Made by `compilePattern` alone. */
export interface Pattern {
  /** As it was written. */
  readonly raw: unknown;
  /** The event matches if it satisfies one of these. */
  readonly alternatives: readonly Alternative[];
}
export interface Node {
  leaf: Leaf | null;
  members: Map<string, Node>;
}

/** What EventBridge allows; two `$or` of 30 entries are 900. */
const MAX_ALTERNATIVES = 1_000;

/** Multiplies the `$or` out, so that a match is one list of fields and array elements can be compared across them. */
export function alternatives(
  parts: readonly Part[],
): { ok: true; alternatives: Alternative[] } | { ok: false; problems: Problem[] } {
  if (count(parts) > MAX_ALTERNATIVES) {
    const problem = `its $or amount to more than ${MAX_ALTERNATIVES} combinations`;
    return refuse('', problem, 'use fewer $or, or lists of values in place of them');
  }
  const expanded = expand(parts);
  const twice = expanded.map(repeated).find((leaf) => leaf !== undefined);
  if (twice)
    return refuse(
      twice.shown,
      'is named twice on one way through the $or',
      'name each field once on each way',
    );
  return { ok: true, alternatives: expanded.map((leaves) => ({ leaves, tree: grow(leaves) })) };
}

const refuse = (path: string, problem: string, fix: string): { ok: false; problems: Problem[] } => ({
  ok: false,
  problems: [{ path, problem, fix }],
});

const count = (parts: readonly Part[]): number =>
  parts.reduce((n, part) => n * ('anyOf' in part ? part.anyOf.reduce((m, one) => m + count(one), 0) : 1), 1);

const expand = (parts: readonly Part[]): Leaf[][] =>
  parts.reduce<Leaf[][]>(
    (ways, part) => {
      const further = 'anyOf' in part ? part.anyOf.flatMap(expand) : [[part]];
      return ways.flatMap((way) => further.map((leaves) => [...way, ...leaves]));
    },
    [[]],
  );

/** EventBridge would take the last one and forget the others, which is never what was meant. */
function repeated(leaves: readonly Leaf[]): Leaf | undefined {
  const seen = new Set<string>();
  return leaves.find(({ path }) => seen.size === seen.add(JSON.stringify(path)).size);
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
