import type { Profiler } from 'node:inspector';

/** What a file is a part of; the first that fits. */
const PARTS: readonly (readonly [what: string, files: RegExp])[] = [
  ['redaction', /secret|redact|scrub/],
  ['signing', /sdk-signature|webhook\/signature|clouds\/auth\//],
  ['HTTP: undici, connections, the guard', /node_modules\/undici|platform\/(http|address)|channels\/post/],
  ['rows to text and back', /store\/sqlite\/row/],
  ['SQLite and the disk', /store\/sqlite\//],
  ["reading the cloud's answer", /lib\/adapters\/clouds\//],
  ['log and metrics', /platform\/(log|lines|metrics)/],
  ['events, routes, what follows from a check', /lib\/core\//],
  ['sweeping', /lib\/app\/sweep\//],
  ['delivering', /lib\/(app\/deliver|adapters\/channels|wire)\//],
  ['other code of the service', /\/lib\//],
  ['the benchmark itself', /\/bench\//],
];
const NODE = new Map([
  ['(garbage collector)', 'collecting garbage'],
  ['(program)', 'Node itself'],
  ['(idle)', ''],
]);

/** Samples by what was at work: the first of the callers, from the innermost on, that is a part of something. */
export function spentOn({ nodes, samples = [] }: Profiler.Profile): Record<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const partOf = (id: number): string => {
    const own = NODE.get(byId.get(id)!.callFrame.functionName);
    if (own !== undefined) return own;
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { url } = byId.get(at)!.callFrame;
      const found = url.startsWith('node:') ? undefined : PARTS.find(([, files]) => files.test(url));
      if (found) return found[0];
    }
    // What Node does between two turns: connections that have something to read, promises, timers.
    return 'Node: sockets, promises, timers';
  };
  const spent: Record<string, number> = {};
  const known = new Map<number, string>();
  for (const id of samples) {
    const part = known.get(id) ?? partOf(id);
    known.set(id, part);
    if (part !== '') spent[part] = (spent[part] ?? 0) + 1;
  }
  return spent;
}
