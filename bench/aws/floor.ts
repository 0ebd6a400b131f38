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

/**
 * A module that loads these and nothing else, up to where they work: clients of AWS are made, as AWS advises to do when a
 * function starts, and one schema is, since the first one costs as much as a hundred others. `loaded` is when the packages alone were there.
 */
export function floorOf(uses: Uses): string {
  const imports: string[] = [];
  const made: string[] = [];
  for (const [i, [from, names]] of [...uses].entries()) {
    const local = (name: string): string => `used${i}_${names.indexOf(name)}`;
    imports.push(
      `import { ${names.map((name) => `${name} as ${local(name)}`).join(', ')} } from '${from}';\n`,
    );
    made.push(...names.map((name) => (name.endsWith('Client') ? `new ${local(name)}({})` : local(name))));
    if (from === 'zod') made.push(`${local('object')}({ name: ${local('string')}() }).parse({ name: '' })`);
  }
  return `${imports.join('')}export const loaded = process.cpuUsage();\nexport const made = [${made.join(', ')}];\n`;
}

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
