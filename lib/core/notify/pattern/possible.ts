import { isRecord } from '../../is-record.ts';
import { nearest } from '../../input/nearest.ts';
import { isScalar, type Scalar, type Test } from './operators.ts';
import type { Leaf, Part, Problem } from './parse.ts';
import type { Pattern } from './tree.ts';
import { PATTERN_WORDS, type PatternWords } from './words.ts';
import { eventShapes, shapeAt, type Shape, type Values } from './shape.ts';

/**
 * What can never match: a field that no event has, a value that it never has, conditions that no one kind of event fulfils
 * together. EventBridge takes such rules, and nobody hears of anything.
 */
export function impossible({ parts }: Pattern, words = PATTERN_WORDS): Problem[] {
  const kinds = [...eventShapes().keys()];
  const problems: Problem[] = [];
  const unknown = new Set<string>();

  /** The kinds of events that may fulfil all of these. All where there is a problem with them: it is reported once. */
  function together(all: readonly Part[]): string[] {
    let left: string[] = kinds;
    for (const part of all) {
      const own = 'anyOf' in part ? [...new Set(part.anyOf.flatMap(together))] : kindsOf(part);
      const both = left.filter((kind) => own.includes(kind));
      if (both.length === 0) {
        const at = 'anyOf' in part ? '' : part.at;
        problems.push(apart(at, left, own, words));
        return kinds;
      }
      left = both;
    }
    return left;
  }

  function kindsOf(leaf: Leaf): string[] {
    const places = [...eventShapes()].map(([kind, event]) => ({ kind, shape: shapeAt(event, leaf.path) }));
    const known = places.flatMap(({ shape }) => shape ?? []);
    if (known.length === 0) {
      const problem = noSuchField(leaf, words);
      if (!unknown.has(problem.path)) problems.push(problem);
      unknown.add(problem.path);
      return kinds;
    }
    const dead = leaf.raw.flatMap((one, i) =>
      places.some(({ shape }) => (shape ? fits(one, leaf.tests[i]!, shape) : isAbsence(one)))
        ? []
        : [noSuchValue(leaf, i, known, words)],
    );
    problems.push(...dead);
    if (dead.length > 0) return kinds;
    const may = (shape: Shape): boolean => leaf.raw.some((one, i) => fits(one, leaf.tests[i]!, shape));
    return places.flatMap(({ kind, shape }) => ((shape ? may(shape) : leaf.mayBeAbsent) ? kind : []));
  }

  together(parts);
  return problems;
}

const isAbsence = (alternative: unknown): boolean => isRecord(alternative) && alternative['exists'] === false;

function fits(alternative: unknown, test: Test, shape: Shape): boolean {
  if (isRecord(alternative) && 'exists' in alternative)
    return alternative['exists'] === true ? shape.values.length > 0 : shape.missing;
  return shape.values.some((values) => samples(values, alternative).some(test));
}

/** Values of a place among which one matches if any does: what the alternative itself names, and something else. */
function samples({ type, only, allows = () => true }: Values, alternative: unknown): readonly Scalar[] {
  if (only) return only;
  const named = scalarsIn(alternative);
  switch (type) {
    case 'text': {
      const texts = named.filter((one) => typeof one === 'string');
      // A wildcard by what is between its stars, a network by its address.
      return [
        ...texts,
        ...texts.map((one) => one.replaceAll(/\\([*\\])|\*/g, '$1')),
        ...texts.map((one) => one.replace(/\/\d+$/, '')),
        OTHER,
      ];
    }
    case 'number':
      return [0, 1, ...named.filter((one) => typeof one === 'number')]
        .flatMap((n) => [Math.floor(n) - 1, Math.floor(n), Math.ceil(n), Math.ceil(n) + 1])
        .filter(allows);
    case 'boolean':
      return [true, false];
    case 'null':
      return [null];
  }
}
/** A text that nobody would write into a pattern. */
const OTHER = '\u0001 something else \u0002';

const scalarsIn = (value: unknown): Scalar[] =>
  isScalar(value)
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(scalarsIn)
      : [];

/** No value of the pattern is quoted, only what we know ourselves. */
function noSuchValue(
  { at, path, raw }: Leaf,
  i: number,
  known: readonly Shape[],
  words: PatternWords,
): Problem {
  const where = `${at}[${i}]`;
  const values = known.flatMap((shape) => shape.values);
  const lists = values.map(({ type, only }) => only ?? (type === 'null' ? [null] : null));
  if (values.length === 0)
    return {
      path: where,
      problem: words.isObject,
      fix: words.fieldOf(fieldsOf(known) || words.any),
    };
  const all = [...new Set(lists.flatMap((list) => list ?? []))].map(String);
  if (lists.every((list) => list !== null)) {
    const meant = scalarsIn(raw[i]).flatMap((one) => nearest(String(one), all) ?? [])[0];
    return { path: where, problem: words.noValue(path.join('.'), meant), fix: words.oneOf(all) };
  }
  const types = [...new Set(values.map(({ type }) => words.types[type]))].join(words.or);
  return {
    path: where,
    problem: words.ofType(types),
    fix: words.compareWith(types),
  };
}

function noSuchField({ at, path }: Leaf, words: PatternWords): Problem {
  const events = [...eventShapes().values()];
  const found = (length: number): Shape[] =>
    events.flatMap((event) => shapeAt(event, path.slice(0, length)) ?? []);
  const length = path.findIndex((_, i) => found(i + 1).length === 0);
  const beside = [...new Set(found(length).flatMap((shape) => Object.keys(shape.members)))];
  const above = path.slice(0, length);
  // Where it stands: the pattern's place of the leaf, without what is below the unknown name.
  const below = path.slice(length + 1);
  const where =
    below.length > 0 ? at.slice(0, -below.join('.').length - 1).replace(/(\.?\$or\[\d+\])+$/, '') : at;
  const name = path[length]!;
  if (name.includes('.')) return { path: where, problem: words.dotted, fix: words.asNested };
  const meant = meantBy(name, above, beside, events);
  const known = beside.length > 0 ? words.known(beside.join(', ')) : words.noMembers;
  return { path: where, problem: words.noField(meant), fix: meant ? words.write(meant) : known };
}

/** The field beside it whose name is close, or one of this name elsewhere: `detail.labels` is `detail.data.job.labels`. */
function meantBy(
  name: string,
  above: readonly string[],
  beside: readonly string[],
  events: readonly Shape[],
): string | undefined {
  const near = nearest(name, beside);
  if (near) return [...above, near].join('.');
  const all = [...new Set(events.flatMap((event) => pathsOf(event)))];
  const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const last = nearest(name, [...new Set(all.map(lastOf))]);
  return all.find((path) => lastOf(path) === last);
}

const pathsOf = ({ members }: Shape): string[] =>
  Object.entries(members).flatMap(([name, shape]) => [
    name,
    ...pathsOf(shape).map((path) => `${name}.${path}`),
  ]);

const fieldsOf = (known: readonly Shape[]): string =>
  [...new Set(known.flatMap(({ members }) => Object.keys(members)))].join(', ');

function apart(path: string, left: readonly string[], own: readonly string[], words: PatternWords): Problem {
  const problem = words.apart(own.join(', ') || words.nothing, left.join(', '));
  return { path, problem, fix: words.leaveOne };
}
