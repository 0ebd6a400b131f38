import {
  isAlias,
  isMap,
  isPair,
  isSeq,
  LineCounter,
  parseDocument,
  type ErrorCode,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Path } from '../../core/input/path.ts';

/** Where something stands in the text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

export type YamlRead =
  | { ok: true; value: unknown; positionOf(path: Path): Position }
  | { ok: false; problems: (Partial<Position> & { problem: string; fix: string })[] };

/**
 * Reads one YAML 1.2 document strictly: duplicate keys, unknown tags and keys that are no text are refused. Never throws.
 * The library's own messages are not passed on, because some quote the text they stumbled over, and that may be a secret.
 */
export function readYaml(text: string): YamlRead {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  try {
    const doc = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      resolveKnownTags: false,
    });
    const faults = [...doc.errors, ...doc.warnings, ...danglingAliases(doc)];
    if (faults.length > 0) return { ok: false, problems: oneEach(faults, positionAt) };
    const value: unknown = doc.toJS();
    JSON.stringify(value); // refuses what holds itself: `a: &a { b: *a }`
    const pairOf = pairsByKey();
    return { ok: true, value, positionOf: (path) => positionAt(offsetOf(doc, path, pairOf)) };
  } catch {
    // Found out only while the value is built.
    return { ok: false, problems: [say('IMPOSSIBLE')] };
  }
}

type Doc = ReturnType<typeof parseDocument>;
interface YamlFault {
  code: ErrorCode;
  pos: [number, number];
}

function danglingAliases(doc: Doc): YamlFault[] {
  const found: YamlFault[] = [];
  visit(doc, {
    Alias(_, alias) {
      const [start = 0, end = 0] = alias.range ?? [];
      if (!alias.resolve(doc)) found.push({ code: 'BAD_ALIAS', pos: [start, end] });
    },
  });
  return found;
}

type PairOf = (map: YAMLMap<Node>, key: string) => Pair<Node> | undefined;

/** Finds a pair by its key. Of a mapping of thousands something may be asked thousands of times, so it is gone through once. */
function pairsByKey(): PairOf {
  const known = new Map<YAMLMap<Node>, Map<string, Pair<Node>>>();
  return (map, key) => {
    const pairs = known.get(map) ?? new Map(map.items.map((pair) => [String(pair.key), pair]));
    known.set(map, pairs);
    return pairs.get(key);
  };
}

/** The offset of the key (or list item) at `path`, or of the deepest one on the way there that exists. */
function offsetOf(doc: Doc, path: Path, pairOf: PairOf): number {
  let node: unknown = doc.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(doc);
    const item: unknown = isMap<Node>(node)
      ? pairOf(node, String(step))
      : isSeq<Node>(node)
        ? node.items[Number(step)]
        : undefined;
    if (!item) break;
    offset = ((isPair(item) ? item.key : item) as Node).range?.[0] ?? offset;
    node = isPair(item) ? item.value : item;
  }
  return offset;
}

/** What stands alone. All else is a slip in how the text is built, and what comes behind one is read wrongly. */
const SEPARATE: readonly ErrorCode[] = [
  'DUPLICATE_KEY',
  'NON_STRING_KEY',
  'BAD_ALIAS',
  'TAG_RESOLVE_FAILED',
  'MULTIPLE_DOCS',
];

/** One slip makes the parser stumble several times, on its line and on those behind it; the first time says it best. */
function oneEach(faults: readonly YamlFault[], positionAt: (offset: number) => Position) {
  const inOrder = faults.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const slip = inOrder.findIndex(({ code }) => !SEPARATE.includes(code));
  const told = slip === -1 ? inOrder : inOrder.slice(0, slip + 1);
  return told
    .map((fault) => ({ ...positionAt(fault.pos[0]), ...say(fault.code) }))
    .filter((fault, i, all) => all.findIndex((other) => other.line === fault.line) === i);
}

function say(code: ErrorCode): { problem: string; fix: string } {
  const [problem, fix] = WORDS[code] ?? WORDS.UNEXPECTED_TOKEN!;
  return { problem, fix };
}

const WORDS: { [code in ErrorCode]?: readonly [problem: string, fix: string] } = {
  UNEXPECTED_TOKEN: ['this is not valid YAML', 'Check indentation, colons and quotes here and just before.'],
  DUPLICATE_KEY: ['this key stands here a second time', 'Keep one of the two.'],
  TAB_AS_INDENT: ['a tab is used for indentation', 'Indent with spaces.'],
  BAD_INDENT: ['the indentation does not fit the lines before', 'Indent what belongs together alike.'],
  MISSING_CHAR: ['a quote, comma or bracket is missing', 'Close what was opened here or just before.'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second key stands in one line',
    'Put it on its own line, or the value in quotes.',
  ],
  BAD_SCALAR_START: ['a value cannot begin with this character', 'Put the value in quotes.'],
  MULTIPLE_DOCS: ['a second document begins here', 'Keep one document: remove the line with ---.'],
  NON_STRING_KEY: ['a key must be text', 'Write a name before the colon.'],
  RESOURCE_EXHAUSTION: ['this is nested too deep', 'Write it flatter.'],
  TAG_RESOLVE_FAILED: [
    'a value with a tag (!) is not known here',
    'Put the value in quotes, or remove the tag.',
  ],
  BAD_ALIAS: ['this is an alias (*) without an anchor (&)', 'Put the value in quotes.'],
  IMPOSSIBLE: ['an alias (*) holds itself or expands too far', 'Write out what is meant.'],
};
