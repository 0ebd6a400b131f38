export type Json = string | number | boolean | null | Json[] | Members;
export type Members = { [name: string]: Json };
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of each list on the way to a value, the element it was taken from. */
type Places = ReadonlyMap<unknown, number>;
interface Found {
  path: string;
  value: Json;
  places: Places;
}
interface Wanted {
  path: string;
  alternatives: Json[];
}

function valuesOf(value: Json, path = '', places: Places = new Map()): Found[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, i) => {
      const inside = typeof element === 'object' && element !== null;
      return valuesOf(element, path, inside ? new Map(places).set(value, i) : places);
    });
  }
  if (!isMembers(value)) return [{ path, value, places }];
  return Object.entries(value).flatMap(([name, member]) => valuesOf(member, `${path}.${name}`, places));
}

function leavesOf(pattern: Json, path = ''): Wanted[] {
  if (Array.isArray(pattern)) return [{ path, alternatives: pattern }];
  return Object.entries(pattern as Members).flatMap(([name, below]) => leavesOf(below, `${path}.${name}`));
}

const agree = (a: Places, b: Places): boolean =>
  [...a].every(([list, i]) => !b.has(list) || b.get(list) === i);

function holds(alternative: Json, value: Json): boolean {
  if (!isMembers(alternative)) return alternative === value;
  if ('anything-but' in alternative) return value !== alternative['anything-but'];
  return 'prefix' in alternative ? typeof value === 'string' : alternative['exists'] === true;
}

/**
 * The rule for lists as aws/event-ruler states it, searched by brute force: every field takes a value and with it a
 * place in each list on the way there; no two fields may be in different elements of the same list; a field may be
 * missing where no value of it is in the places taken by the others.
 */
export function matchesByDefinition(pattern: Members, event: Members): boolean {
  const found = valuesOf(event);
  const wanted = leavesOf(pattern);
  const search = (i: number, places: Places, missing: string[]): boolean => {
    const next = wanted[i];
    if (!next) return missing.every((path) => !found.some((f) => f.path === path && agree(f.places, places)));
    const taken = found.some(
      (f) =>
        f.path === next.path &&
        agree(f.places, places) &&
        next.alternatives.some((one) => holds(one, f.value)) &&
        search(i + 1, new Map([...places, ...f.places]), missing),
    );
    const mayMiss = next.alternatives.some((one) => isMembers(one) && one['exists'] === false);
    return taken || (mayMiss && search(i + 1, places, [...missing, next.path]));
  };
  return search(0, new Map(), []);
}
