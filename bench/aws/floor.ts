/** What a bundle uses of each package, and of Node itself. */
export type Uses = ReadonlyMap<string, readonly string[]>;

/**
 * Reads a bundle whose packages were left outside: it imports each of them by name, and also names that turn out not to be
 * used, which do not count. Of a namespace (`import * as z`) the members count that are used.
 */
export function usesOf(bundle: string): Uses {
  const uses = new Map<string, string[]>();
  for (const [, what = '', from = ''] of bundle.matchAll(IMPORT)) {
    const names = usedOf(what.trim(), bundle);
    if (names.length > 0) uses.set(from, [...new Set([...(uses.get(from) ?? []), ...names])]);
  }
  return uses;
}

/** The packages that such a bundle loads only when it needs them. */
export const laterIn = (bundle: string): string[] => [
  ...new Set([...bundle.matchAll(/\bimport\("([^"./][^"]*)"\)/g)].map(([, from]) => from!)),
];

/** A module that has these, those of `later` at their first use, and nothing else. */
export const floorOf = (uses: Uses, later: readonly string[] = []): string =>
  [
    ...[...uses].map(([from, names], i) => {
      const exported = names.map((name, n) => `${name} as used${i}_${n}`);
      return `export { ${exported.join(', ')} } from '${from}';\n`;
    }),
    ...later.map((from, i) => `export const later${i} = () => import('${from}');\n`),
  ].join('');

const IMPORT = /^import ([^"';]+?) from "([^"]+)";$/gms;

function usedOf(what: string, bundle: string): string[] {
  const namespace = /^\* as (\S+)$/.exec(what)?.[1];
  if (namespace) return matches(bundle, `${word(namespace)}\\.(\\w+)`).map(([, name]) => name!);
  const [, alone = '', list = ''] = /^([^{},]*),?\s*(?:\{(.*)\})?$/s.exec(what)!;
  const imported = list.split(',').map((part) => part.trim().split(' as '));
  const all = alone.trim() ? [['default', alone.trim()], ...imported] : imported;
  // Once is the import itself.
  const used = ([name = '', local = name]: string[]): boolean =>
    name !== '' && matches(bundle, word(local)).length > 1;
  return all.filter(used).map(([name]) => name!);
}

const matches = (bundle: string, pattern: string): RegExpMatchArray[] => [
  ...bundle.matchAll(new RegExp(pattern, 'g')),
];
const word = (name: string): string => `(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`;
