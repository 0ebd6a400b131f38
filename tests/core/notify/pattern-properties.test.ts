import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, explainMismatch, matches } from '../../../lib/core/notify/pattern.ts';
import { isMembers, matchesByDefinition, type Json, type Members } from './by-definition.ts';

function match(raw: unknown, event: unknown): boolean {
  const compiled = compilePattern(raw);
  if (!compiled.ok) throw new Error(JSON.stringify({ raw, problems: compiled.problems }));
  return matches(compiled.pattern, event);
}

/** Few names and few values, so that patterns and events often meet. */
const names = fc.constantFrom('a', 'b');
const scalar = fc.constantFrom<Json>(1, 2, 'x', 'y', null, true);
const { event } = fc.letrec<{ value: Json; event: Members }>((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('event')),
  event: fc.dictionary(names, tie('value'), { minKeys: 1, maxKeys: 2 }),
}));
const alternative = fc.oneof(
  scalar,
  fc.constantFrom<Json>({ exists: true }, { exists: false }, { 'anything-but': 'x' }, { prefix: '' }),
);
const leaf = fc.array(alternative, { minLength: 1, maxLength: 2 });
const fieldsOf = (depth: number): fc.Arbitrary<Members> =>
  fc.dictionary(names, depth > 1 ? fc.oneof(leaf, fieldsOf(depth - 1)) : leaf, { minKeys: 1, maxKeys: 2 });
const pattern = fieldsOf(3);

/** The pattern that asks of every field for exactly what the event has; of a list for one of its elements. */
function exactly(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map(exactly).find((one) => one !== undefined);
  if (!isMembers(value)) return [value];
  const members = Object.entries(value).flatMap(([name, member]) => {
    const one = exactly(member);
    return one === undefined ? [] : [[name, one] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

describe('matching', () => {
  it('is what the definition says, for lists in lists and missing fields too', () => {
    let matched = 0;
    fc.assert(
      fc.property(pattern, event, (raw, event) => {
        const wanted = matchesByDefinition(raw, event);
        matched += wanted ? 1 : 0;
        expect(match(raw, event)).toBe(wanted);
      }),
      { numRuns: 5_000 },
    );
    expect(matched).toBeGreaterThan(300);
  });

  it('finds every event by a pattern made of its own values', () => {
    const anyEvent = fc.dictionary(
      fc.string().filter((name) => name !== '$or'),
      fc.jsonValue({ maxDepth: 4 }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(anyEvent, (event) => {
        const raw = exactly(event as Members);
        fc.pre(raw !== undefined && !JSON.stringify(raw).includes('"$or"'));
        expect(match(raw, event)).toBe(true);
      }),
    );
  });

  it('of $or is that of one or the other, of fields side by side that of both', () => {
    fc.assert(
      fc.property(pattern, pattern, event, event, (p, q, one, other) => {
        const event = { p: one, q: other };
        const [left, right] = [match({ p }, event), match({ q }, event)];
        expect(match({ $or: [{ p }, { q }] }, event)).toBe(left || right);
        expect(match({ p, q }, event)).toBe(left && right);
      }),
    );
  });

  it('of $or within $or is that of one of the patterns that it amounts to', () => {
    const orOf = (depth: number): fc.Arbitrary<Members> => {
      const below = depth > 1 ? fc.oneof(leaf, fieldsOf(2), orOf(depth - 1)) : fc.oneof(leaf, fieldsOf(2));
      const entry = fc.dictionary(names, below, { minKeys: 1, maxKeys: 2 });
      return fc
        .tuple(fc.dictionary(names, below, { maxKeys: 1 }), fc.array(entry, { minLength: 2, maxLength: 3 }))
        .map(([beside, or]) => ({ ...beside, $or: or }));
    };
    let matched = 0;
    fc.assert(
      fc.property(orOf(2), event, (raw, event) => {
        fc.pre(compilePattern(raw).ok);
        const wanted = multipliedOut(raw).some((one) => matchesByDefinition(one, event));
        matched += wanted ? 1 : 0;
        expect(match(raw, event)).toBe(wanted);
      }),
      { numRuns: 3_000 },
    );
    expect(matched).toBeGreaterThan(150);
  });

  it('of $or with what cannot be is that of the rest', () => {
    const never = { 'no such field': ['x'] };
    fc.assert(
      fc.property(pattern, event, (raw, event) => {
        expect(match({ $or: [raw, never] }, event)).toBe(match(raw, event));
      }),
    );
  });

  it('by anything-but is the opposite of matching, for every plain value that is there', () => {
    const text = fc.string({ minLength: 1, maxLength: 3 });
    const value = fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const operand = fc.oneof(
      text.map((part) => ({ prefix: part })),
      text.map((part) => ({ suffix: part })),
      text.map((part) => ({ 'equals-ignore-case': part })),
      text.map((part) => ({ wildcard: `*${part.replaceAll(/[*\\]/g, '')}` })),
    );
    fc.assert(
      fc.property(value, operand, (value, operand) => {
        const positive = match({ a: [operand] }, { a: value });
        expect(match({ a: [{ 'anything-but': operand }] }, { a: value })).toBe(!positive);
      }),
    );
    fc.assert(
      fc.property(value, fc.oneof(text, fc.integer()), fc.boolean(), (other, x, same) => {
        const event = { a: same ? x : other };
        expect(match({ a: [{ 'anything-but': x }] }, event)).toBe(!match({ a: [x] }, event));
        expect(match({ a: [{ 'anything-but': [x] }] }, event)).toBe(!match({ a: [x] }, event));
      }),
    );
  });

  it('by wildcard is that of the regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), maxLength: 8 });
    const wild = fc
      .array(fc.constantFrom('a', 'b', '*', '\\*', '\\\\'), { maxLength: 6 })
      .map((tokens) => tokens.filter((token, i) => token !== '*' || tokens[i - 1] !== '*'));
    fc.assert(
      fc.property(wild, text, (tokens, text) => {
        const expression = tokens.map((t) => (t === '*' ? '.*' : t.length === 1 ? t : `\\${t[1]}`)).join('');
        const wanted = new RegExp(`^${expression}$`, 's').test(text);
        expect(match({ a: [{ wildcard: tokens.join('') }] }, { a: text })).toBe(wanted);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('whatever comes in', () => {
  it('compiling answers, with problems that say where and what to do', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), nearly(), pattern), (raw) => {
        const compiled = compilePattern(raw);
        if (compiled.ok) expect(compiled.pattern.raw).toBe(raw);
        else expect(compiled.problems.every((p) => p.problem !== '' && p.fix !== '')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('matching answers, and there is a reason exactly where it does not match', () => {
    fc.assert(
      fc.property(pattern, pattern, fc.oneof(fc.anything(), event), (p, q, event) => {
        for (const raw of [p, { $or: [p, q] }]) {
          const compiled = compilePattern(raw);
          if (!compiled.ok) continue;
          expect(explainMismatch(compiled.pattern, event) === null).toBe(matches(compiled.pattern, event));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Almost patterns: the words of the language in any order. */
function nearly(): fc.Arbitrary<unknown> {
  const words = ['$or', 'prefix', 'suffix', 'numeric', 'anything-but', 'cidr', 'exists', 'wildcard', 'a'];
  const values = [1, 'x', '>', '<', '', '*', '\\', '10.0.0.0/8', true, null, Number.NaN];
  return fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(...values),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...words), tie('node'), { maxKeys: 3 }),
    ),
  })).node;
}

/** The patterns without `$or` that one with it amounts to. */
function multipliedOut(raw: Members): Members[] {
  let all: Members[] = [{}];
  for (const [name, value] of Object.entries(raw)) {
    const further = name === '$or' ? (value as Members[]).flatMap(multipliedOut) : fieldsOut(name, value);
    all = all.flatMap((one) => further.map((more) => merged(one, more)));
  }
  return all;
}
const fieldsOut = (name: string, value: Json): Members[] =>
  isMembers(value) ? multipliedOut(value).map((one) => ({ [name]: one })) : [{ [name]: value }];
const merged = (a: Members, b: Members): Members => {
  const all = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = all[name];
    // Both of `a` and of `a.b`: that cannot be said without $or.
    fc.pre(before === undefined || isMembers(before) === isMembers(value));
    all[name] = isMembers(before) && isMembers(value) ? merged(before, value) : value;
  }
  return all;
};
