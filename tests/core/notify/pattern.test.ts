import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePattern, explainMismatch, matches, type Pattern } from '../../../lib/core/notify/pattern.ts';

function compiled(raw: unknown): Pattern {
  const result = compilePattern(raw);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.pattern;
}
const match = (raw: unknown, event: unknown): boolean => matches(compiled(raw), event);
function problems(raw: unknown): { path: string; problem: string; fix: string }[] {
  const result = compilePattern(raw);
  return result.ok ? [] : result.problems;
}

interface TruthTable {
  event: unknown;
  cases: { name: string; pattern: unknown; match: boolean }[];
}
const truth = JSON.parse(
  readFileSync(new URL('fixtures/pattern-cases.json', import.meta.url), 'utf8'),
) as TruthTable;

describe('the truth table', () => {
  it.each(truth.cases)('$name', ({ pattern, match: wanted }) => {
    expect(match(pattern, truth.event)).toBe(wanted);
  });
});

/** The facts of the operators, each in one line: field value, alternatives, whether they match. */
const facts: [fact: string, value: unknown, alternatives: unknown[], wanted: boolean][] = [
  ['a text is compared as it is', 'running', ['initializing', 'running'], true],
  ['in its case', 'Running', ['running'], false],
  ['the empty text is a value', '', [''], true],
  ['a number however it is written', 301.8, [3.018e2], true],
  ['of any size', 123456789012, [123456789012], true],
  ['true is not the text of it', true, ['true'], false],
  ['null is not the text of it', null, ['null'], false],
  ['null is a value', null, [null], true],
  ['false is not nothing', false, [null], false],

  ['prefix', '2017-10-02T16:24:49Z', [{ prefix: '2017-10-02' }], true],
  ['prefix of texts only', 2017, [{ prefix: '2' }], false],
  ['the empty prefix is that of every text', 'x', [{ prefix: '' }], true],
  ['and of nothing else', 5, [{ prefix: '' }], false],
  ['prefix in any case', 'EventBridge', [{ prefix: { 'equals-ignore-case': 'eventB' } }], true],
  ['suffix', 'aws.ec2', [{ suffix: 'ec2' }], true],
  ['suffix missed', 'ec2.aws', [{ suffix: 'ec2' }], false],
  ['suffix in any case', 'photo.PnG', [{ suffix: { 'equals-ignore-case': '.png' } }], true],
  ['equals-ignore-case', 'ABC', [{ 'equals-ignore-case': 'aBc' }], true],
  ['equals-ignore-case is no prefix', 'defx', [{ 'equals-ignore-case': 'Def' }], false],

  ['wildcard at the start', 'abcbc', [{ wildcard: '*bc' }], true],
  ['wildcard in the middle', 'deeeef', [{ wildcard: 'd*f' }], true],
  ['wildcard, but longer', 'deeeefx', [{ wildcard: 'd*f' }], false],
  ['a star stands for nothing too', 'xy', [{ wildcard: 'xy*' }], true],
  ['one star is every text', '', [{ wildcard: '*' }], true],
  ['without a star all of the text', 'Simple', [{ wildcard: 'Simpl' }], false],
  ['pieces do not overlap', 'aba', [{ wildcard: 'ab*ba' }], false],
  ['the middle stays before the end', 'ab', [{ wildcard: 'a*b*b' }], false],
  ['an escaped star', 'a*b', [{ wildcard: 'a\\*b' }], true],
  ['an escaped backslash', 'a\\b', [{ wildcard: 'a\\\\b' }], true],
  ['an escaped backslash, then a star', 'a\\zzz', [{ wildcard: 'a\\\\*' }], true],
  ['a question mark is itself', 'abc', [{ wildcard: 'a?c' }], false],
  ['line breaks are characters', 'a\nb', [{ wildcard: 'a*b' }], true],

  ['numeric range', 5, [{ numeric: ['>', 0, '<=', 5] }], true],
  ['numeric range, the open end', 0, [{ numeric: ['>', 0, '<=', 5] }], false],
  ['numeric <', 3, [{ numeric: ['<', 10] }], true],
  ['numeric = of decimals', 301.8, [{ numeric: ['=', 3.018e2] }], true],
  ['numeric between decimals', 100, [{ numeric: ['>=', 99.999, '<=', 100] }], true],
  ['numeric just above', 100, [{ numeric: ['>=', 100.00001, '<=', 1001] }], false],
  ['numeric at the very edge', 5e9, [{ numeric: ['>=', 5e9] }], true],
  ['numeric of a text', '3', [{ numeric: ['<', 10] }], false],
  ['numeric of null', null, [{ numeric: ['<', 10] }], false],

  ['anything-but', 'running', [{ 'anything-but': 'initializing' }], true],
  ['anything-but itself', 'running', [{ 'anything-but': 'running' }], false],
  ['anything-but of a list', 'running', [{ 'anything-but': ['stopped', 'running'] }], false],
  ['anything-but of numbers', 301.8, [{ 'anything-but': [100, 200, 300] }], true],
  ['anything-but of a number is true of a text', '444', [{ 'anything-but': 444 }], true],
  ['anything-but is true of null', null, [{ 'anything-but': ['x'] }], true],
  ['anything-but prefix', 'running', [{ 'anything-but': { prefix: 'init' } }], true],
  ['anything-but prefixes', 'zaxonie', [{ 'anything-but': { prefix: ['init', 'zax'] } }], false],
  ['anything-but suffix', 'matching', [{ 'anything-but': { suffix: 'ing' } }], false],
  ['anything-but any case', 'camelcase', [{ 'anything-but': { 'equals-ignore-case': 'CamelCase' } }], false],
  ['anything-but wildcard', 'a/lib/b', [{ 'anything-but': { wildcard: '*/lib/*' } }], false],
  ['anything-but wildcards', 'a/bin/b', [{ 'anything-but': { wildcard: ['*/lib/*', '*.so'] } }], true],

  ['cidr', '10.0.0.33', [{ cidr: '10.0.0.0/24' }], true],
  ['cidr, one beside', '10.0.1.0', [{ cidr: '10.0.0.0/24' }], false],
  ['cidr of an address within', '54.240.196.1', [{ cidr: '54.240.196.171/24' }], true],
  ['cidr across a byte', '13.33.255.255', [{ cidr: '13.32.0.0/15' }], true],
  ['cidr of everything', '255.255.255.255', [{ cidr: '0.0.0.0/0' }], true],
  ['cidr of one address', '10.0.0.8', [{ cidr: '10.0.0.7/32' }], false],
  ['cidr of IPv6', '2400:6500:FF00::36FB:1FBF', [{ cidr: '2400:6500:FF00::36FB:1F80/122' }], true],
  [
    'cidr of IPv6, one beside',
    '2400:6500:FF00::36FB:1FC0',
    [{ cidr: '2400:6500:FF00::36FB:1F80/122' }],
    false,
  ],
  ['cidr of IPv6, however it is written', '2600:9000:0:0:0:0:0:1', [{ cidr: '2600:9000::/28' }], true],
  ['cidr of the other family', '::1', [{ cidr: '0.0.0.0/0' }], false],
  ['cidr of IPv4 in IPv6', '10.0.0.1', [{ cidr: '::/0' }], false],
  ['cidr of no address', '10.0.0.1.1', [{ cidr: '10.0.0.0/8' }], false],
  ['cidr of a byte too large', '10.0.0.256', [{ cidr: '10.0.0.0/8' }], false],
  ['cidr of a number', 167772161, [{ cidr: '10.0.0.0/8' }], false],

  ['exists', 0, [{ exists: true }], true],
  ['exists is true of null', null, [{ exists: true }], true],
  ['exists is about plain values, not objects', { c1: 100 }, [{ exists: true }], false],
  ['so an object is as good as missing', { c1: 100 }, [{ exists: false }], true],
  ['and an empty list', [], [{ exists: false }], true],
  ['a list with a value is there', ['a'], [{ exists: false }], false],
  ['missing, or this value', 'x', [{ exists: false }, 'x'], true],
  ['missing, or another value', 'y', [{ exists: false }, 'x'], false],

  ['a list matches by one of its elements', ['user', 'admin'], ['admin'], true],
  ['a list without a match', ['user', 'admin'], ['superadmin'], false],
  ['a list in a list', [['a'], [['b']]], ['b'], true],
  ['numbers in a list', [100, 5, 200], [{ numeric: ['>', 0, '<', 10] }], true],
];

describe('the operators', () => {
  it.each(facts)('%s: %j, %j -> %s', (_, value, alternatives, wanted) => {
    expect(match({ field: alternatives }, { field: value })).toBe(wanted);
  });
});

describe('$or', () => {
  const withinOr = {
    source: ['aws.cloudwatch'],
    $or: [
      { metricName: ['CPUUtilization', 'ReadLatency'] },
      {
        metricType: ['MetricType'],
        namespace: ['AWS/EC2', 'AWS/ES'],
        $or: [{ metricId: [1234] }, { spaceId: [1000] }],
      },
      { scope: ['Service'] },
    ],
  };
  const cases: [boolean, object][] = [
    [true, { source: 'aws.cloudwatch', metricName: 'ReadLatency' }],
    [true, { source: 'aws.cloudwatch', scope: 'Service' }],
    [false, { source: 'aws.ec2', scope: 'Service' }],
    [false, { source: 'aws.cloudwatch' }],
    [true, { source: 'aws.cloudwatch', metricType: 'MetricType', namespace: 'AWS/ES', spaceId: 1000 }],
    [false, { source: 'aws.cloudwatch', metricType: 'MetricType', namespace: 'AWS/ES' }],
    [false, { source: 'aws.cloudwatch', metricType: 'MetricType', metricId: 1234 }],
  ];
  it.each(cases)('nests, with what stands beside it: %s', (wanted, event) => {
    expect(match(withinOr, event)).toBe(wanted);
  });

  it('multiplies with another one in a nested object', () => {
    const both = {
      $or: [{ a: [1] }, { b: [1] }],
      detail: { $or: [{ c: [1] }, { d: [1] }] },
    };
    expect(match(both, { b: 1, detail: { c: 1 } })).toBe(true);
    expect(match(both, { a: 1, b: 1 })).toBe(false);
    expect(match(both, { detail: { c: 1, d: 1 } })).toBe(false);
  });

  it('takes a field of that name in an event for a field like any other, which a pattern cannot name', () => {
    expect(match({ $or: [{ a: [1] }, { b: [1] }] }, { $or: [{ a: 1 }] })).toBe(false);
  });
});

describe('objects in lists', () => {
  const staff = {
    employees: [
      [
        { firstName: 'John', lastName: 'Doe', ids: [1234, 1000, 9999] },
        { firstName: 'Anna', lastName: 'Smith' },
      ],
      [{ firstName: 'Peter', lastName: 'Jones', ids: [] }],
    ],
  };
  const cases: [boolean, object][] = [
    [true, { firstName: ['Anna'] }],
    [true, { firstName: ['John'], ids: [1000] }],
    [true, { firstName: ['Anna'], ids: [{ exists: false }] }],
    [true, { firstName: ['Anna', 'Peter'], lastName: ['Jones', 'Miller'] }],
    [false, { firstName: ['Alice'] }],
    [false, { firstName: ['Anna'], lastName: ['Jones'] }],
    [false, { firstName: ['Anna'], ids: [1000] }],
    [false, { firstName: ['Anna'], ids: [{ exists: true }] }],
    [false, { ids: [{ exists: false }] }],
  ];
  it.each(cases)('must match within one element: %s %j', (wanted, pattern) => {
    expect(match({ employees: pattern }, staff)).toBe(wanted);
  });

  it('must match within one element through a $or as well', () => {
    const pattern = { o: { k: [1] }, $or: [{ o: { m: [2] } }, { s: ['x'] }] };
    expect(match(pattern, { o: [{ k: 1 }, { m: 2 }] })).toBe(false);
    expect(match(pattern, { o: [{ k: 1, m: 2 }] })).toBe(true);
    expect(match(pattern, { o: [{ k: 1 }, { m: 2 }], s: 'x' })).toBe(true);
  });

  it('are asked for what is missing whatever the order of the names', () => {
    const event = { o: [{ k: 1 }, { k: 2, x: 5, a: 5 }] };
    expect(match({ o: { k: [1], x: [{ exists: false }] } }, event)).toBe(true);
    expect(match({ o: { k: [1], a: [{ exists: false }] } }, event)).toBe(true);
    expect(match({ o: { k: [2], a: [{ exists: false }] } }, event)).toBe(false);
  });

  it('do not hide that a field is missing where the list is empty or has no objects', () => {
    expect(match({ o: { x: [{ exists: false }] } }, { o: [] })).toBe(true);
    expect(match({ o: { x: [{ exists: false }] } }, { o: ['plain'] })).toBe(true);
    expect(match({ o: { x: [{ exists: false }] } }, { o: [{ x: 1 }, {}] })).toBe(false);
  });
});

/** What EventBridge refuses, we refuse; where, and the word that tells why. */
const refused: [raw: unknown, path: string, problem: RegExp][] = [
  [{}, '', /empty/],
  [[1, 2, 3], '', /no object/],
  [null, '', /no object/],
  ['job.failed', '', /no object/],
  [{ a: 1 }, 'a', /neither a list nor an object/],
  [{ a: null }, 'a', /neither/],
  [{ a: {} }, 'a', /empty/],
  [{ a: [] }, 'a', /empty list/],
  [{ a: { b: { c: 'x' } } }, 'a.b.c', /neither/],
  [{ a: ['x', ['y']] }, 'a[1]', /neither a plain value nor an operator/],
  [{ a: [{}] }, 'a[0]', /no operator/],
  [{ a: [{ regex: 'x.*' }] }, 'a[0].regex', /no operator/],
  [{ a: [{ b: ['x'] }] }, 'a[0].b', /no operator/],
  [{ a: [{ constructor: 'x' }] }, 'a[0].constructor', /no operator/],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'a[0]', /more than one operator/],

  [{ a: [{ prefix: 3 }] }, 'a[0].prefix', /text/],
  [{ a: [{ prefix: ['x'] }] }, 'a[0].prefix', /text/],
  [{ a: [{ prefix: { 'equals-ignore-case': ['x'] } }] }, 'a[0].prefix', /text/],
  [{ a: [{ prefix: { 'equals-ignore-case': 'x', more: 1 } }] }, 'a[0].prefix', /text/],
  [{ a: [{ suffix: { prefix: 'x' } }] }, 'a[0].suffix', /text/],
  [{ a: [{ suffix: null }] }, 'a[0].suffix', /text/],
  [{ a: [{ 'equals-ignore-case': 5 }] }, 'a[0].equals-ignore-case', /text/],
  [{ a: [{ 'equals-ignore-case': ['x'] }] }, 'a[0].equals-ignore-case', /text/],
  [{ a: [{ wildcard: 5 }] }, 'a[0].wildcard', /text/],
  [{ a: [{ wildcard: 'abc**def' }] }, 'a[0].wildcard', /two \*/],
  [{ a: [{ wildcard: 'a*c\\def' }] }, 'a[0].wildcard', /escapes neither/],
  [{ a: [{ wildcard: 'abc\\' }] }, 'a[0].wildcard', /escapes neither/],
  [{ a: [{ exists: 'yes' }] }, 'a[0].exists', /true or false/],

  [{ a: [{ 'anything-but': [] }] }, 'a[0].anything-but', /nothing/],
  [{ a: [{ 'anything-but': ['x', 1] }] }, 'a[0].anything-but', /texts only, or numbers only/],
  [{ a: [{ 'anything-but': null }] }, 'a[0].anything-but', /texts only, or numbers only/],
  [{ a: [{ 'anything-but': [true] }] }, 'a[0].anything-but', /texts only, or numbers only/],
  [{ a: [{ 'anything-but': {} }] }, 'a[0].anything-but', /not one of/],
  [{ a: [{ 'anything-but': { numeric: ['=', 5] } }] }, 'a[0].anything-but', /not one of/],
  [{ a: [{ 'anything-but': { prefix: 'x', suffix: 'y' } }] }, 'a[0].anything-but', /not one of/],
  [{ a: [{ 'anything-but': { prefix: 27 } }] }, 'a[0].anything-but', /prefix that takes a text/],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, 'a[0].anything-but', /prefix that is empty/],
  [{ a: [{ 'anything-but': { suffix: ['x', ''] } }] }, 'a[0].anything-but', /suffix that is empty/],
  [{ a: [{ 'anything-but': { suffix: [] } }] }, 'a[0].anything-but', /nothing/],
  [{ a: [{ 'anything-but': { 'equals-ignore-case': [1] } }] }, 'a[0].anything-but', /takes a text/],
  [{ a: [{ 'anything-but': { wildcard: ['x', 'a**b'] } }] }, 'a[0].anything-but', /wildcard that has two \*/],

  [{ a: [{ numeric: 5 }] }, 'a[0].numeric', /a comparison and a number/],
  [{ a: [{ numeric: ['='] }] }, 'a[0].numeric', /a comparison and a number/],
  [{ a: [{ numeric: ['>', 1, '<'] }] }, 'a[0].numeric', /a comparison and a number/],
  [{ a: [{ numeric: ['>', 1, '<', 30, false] }] }, 'a[0].numeric', /a comparison and a number/],
  [{ a: [{ numeric: ['==', 5] }] }, 'a[0].numeric', /comparisons but = < <= > >=/],
  [{ a: [{ numeric: [5, '='] }] }, 'a[0].numeric', /comparisons/],
  [{ a: [{ numeric: ['toString', 5] }] }, 'a[0].numeric', /comparisons/],
  [{ a: [{ numeric: ['=', '-4e-6'] }] }, 'a[0].numeric', /no number/],
  [{ a: [{ numeric: ['<', true] }] }, 'a[0].numeric', /no number/],
  [{ a: [{ numeric: ['<', 5_000_000_001] }] }, 'a[0].numeric', /5,000,000,000/],
  [{ a: [{ numeric: ['>', -5e9 - 1, '<', 0] }] }, 'a[0].numeric', /5,000,000,000/],
  [{ a: [{ numeric: ['<', 1, '>', 0] }] }, 'a[0].numeric', /does not go from/],
  [{ a: [{ numeric: ['=', 1, '=', 1] }] }, 'a[0].numeric', /does not go from/],
  [{ a: [{ numeric: ['>', 30, '<', 1] }] }, 'a[0].numeric', /nothing in it/],
  [{ a: [{ numeric: ['>=', 1, '<=', 1] }] }, 'a[0].numeric', /nothing in it/],

  ...[
    'foo',
    '10.0.0.1',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.1/-1',
    '10.0.0.1/foo',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '256.0.0.0/8',
    '2400:6500:FF00::36FB:1F80/222',
    '2400:6500:3:3:3:3:3:3:3:3FF00::36FB:1F80/122',
    '1::2::3/64',
    '1:2:3:4:5:6:7/64',
    '1:2:3:4:5:6:7:8::/64',
    'fe80::1%eth0/64',
    ':::/64',
  ].map((cidr): [unknown, string, RegExp] => [{ a: [{ cidr }] }, 'a[0].cidr', /no network/]),
  [{ a: [{ cidr: 5 }] }, 'a[0].cidr', /text/],

  [{ $or: { a: [1] } }, '$or', /no list/],
  [{ $or: [{ a: [1] }, 'b'] }, '$or[1]', /no object/],
  [{ $or: [{ a: [1] }] }, '$or', /fewer than two/],
  [{ $or: [] }, '$or', /fewer than two/],
  [{ d: { $or: [{ a: [1] }, { b: [] }] } }, 'd.$or[1].b', /empty list/],
  [{ d: { $or: [{ a: [1] }, {}] } }, 'd.$or[1]', /empty/],
  [{ $or: [{ numeric: 123 }, { a: ['abc'] }] }, '$or[0].numeric', /reserved/],
  [{ $or: [{ a: { b: { prefix: ['x'] } } }, { c: [1] }] }, '$or[0].a.b.prefix', /reserved/],
  [{ a: [1], $or: [{ a: [2] }, { b: [3] }] }, 'a', /named twice/],
  [{ $or: [{ a: { b: [1] } }, { c: [1] }], a: { $or: [{ b: [2] }, { d: [2] }] } }, 'a.b', /named twice/],
];

describe('a pattern is refused', () => {
  it.each(refused)('%j at %s', (raw, path, problem) => {
    expect(problems(raw)).toEqual([
      { path, problem: expect.stringMatching(problem), fix: expect.stringMatching(/\w/) },
    ]);
  });

  it('with all its problems at once, each with its path', () => {
    const raw = {
      source: 'jobchime',
      'detail-type': [],
      detail: { data: { job: { labels: { team: [{ numeric: ['>', 'x'] }, { like: 'y' }] } } } },
    };
    expect(problems(raw).map((p) => p.path)).toEqual([
      'source',
      'detail-type',
      'detail.data.job.labels.team[0].numeric',
      'detail.data.job.labels.team[1].like',
    ]);
  });

  it('with what to write in place of a bare value', () => {
    expect(problems({ 'detail-type': 'job.failed' })[0]?.fix).toContain('["job.failed"]');
  });

  it('not for the name of a field, outside of $or', () => {
    expect(match({ prefix: ['x'], numeric: { exists: [1] } }, { prefix: 'x', numeric: { exists: 1 } })).toBe(
      true,
    );
  });
});

const deep = (levels: number, open: string, close: string, core: string): unknown =>
  JSON.parse(`${open.repeat(levels)}${core}${close.repeat(levels)}`);
const or = (n: number, name: string) => ({
  $or: Array.from({ length: n }, (_, i) => ({ [`${name}${i}`]: [1] })),
});
const product = (n: number, m: number) => ({ x: or(n, 'a'), y: or(m, 'b') });

describe('safety', () => {
  const hostile = JSON.parse(
    '{ "__proto__": { "polluted": ["yes"] }, "constructor": { "name": ["Object"] } }',
  ) as object;

  it('names of the prototype are names like any other', () => {
    expect(match(hostile, {})).toBe(false);
    expect(
      match(hostile, JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"name":"Object"}}')),
    ).toBe(true);
    expect(match({ constructor: [{ exists: false }], toString: [{ exists: false }] }, {})).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('what an event inherits is not its own', () => {
    expect(match({ a: [1] }, Object.create({ a: 1 }))).toBe(false);
    expect(match({ d: { a: [{ exists: false }] } }, { d: Object.create({ a: 1 }) as object })).toBe(true);
  });

  it('a length is no field of a list', () => {
    expect(match({ a: { length: [1] } }, { a: ['x'] })).toBe(false);
  });

  it('nesting is bounded, in patterns and in events', () => {
    expect(problems(deep(100_000, '{"a":', '}', '["x"]'))[0]?.problem).toMatch(/nested more than 32 deep/);
    expect(problems({ a: [deep(100_000, '[', ']', '1')] })[0]?.path).toBe('a[0]');
    expect(problems({ a: [{ numeric: deep(100_000, '[', ']', '1') }] })[0]?.path).toBe('a[0].numeric');
    expect(match({ a: ['x'] }, { a: deep(100_000, '[', ']', '"x"') })).toBe(false);
    expect(match({ a: ['x'] }, { a: deep(30, '[', ']', '"x"') })).toBe(true);
    expect(match({ a: { a: ['x'] } }, deep(100_000, '{"a":', '}', '"x"'))).toBe(false);
  });

  it('a wildcard stays fast on the text that is worst for it', () => {
    const stars = compiled({ a: [{ wildcard: `${'a*'.repeat(500)}b*` }] });
    expect(matches(stars, { a: 'a'.repeat(100_000) })).toBe(false);
    expect(matches(stars, { a: `${'a'.repeat(100_000)}b` })).toBe(true);
  });

  it('$or may amount to 1,000 combinations and not to more', () => {
    expect(problems(product(25, 40))).toEqual([]);
    expect(problems(product(13, 77))[0]).toMatchObject({
      path: '',
      problem: expect.stringContaining('1000'),
    });
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, or(10, 'a')]));
    expect(problems(many)).toHaveLength(1);
  });
});

/** An event that counts how often one of its fields is read. */
function counting(event: object): { event: object; reads: () => number } {
  let reads = 0;
  const watched = (value: unknown): unknown =>
    typeof value !== 'object' || value === null
      ? value
      : new Proxy(value, {
          get: (target, name) => {
            const found = Reflect.get(target, name) as unknown;
            if (typeof name === 'symbol' || typeof found === 'function') return found;
            reads += Array.isArray(target) ? 0 : 1;
            return watched(found);
          },
        });
  return { event: watched(event) as object, reads: () => reads };
}
/** What a compiled pattern consists of. */
const partsOf = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : 1 + Object.values(value).reduce((sum: number, one) => sum + partsOf(one), 0);

describe('the work that a pattern makes', () => {
  const fields = (n: number, name: string, value: unknown[] = [1]) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`${name}${i}`, value]));
  /** `n` ways, with `m` fields beside them: all in one list, so that every way has to be tried. */
  const ways = (n: number, m: number) => ({ o: { ...fields(m, 'f'), $or: or(n, 'g').$or } });

  it('is bounded by its size: 8,192 bytes, and not one more', () => {
    const padded = (bytes: number) => ({ a: ['x'.repeat(bytes - '{"a":[""]}'.length)] });
    expect(problems(padded(8_192))).toEqual([]);
    expect(problems(padded(8_193))).toEqual([
      { path: '', problem: 'has 8193 bytes as JSON, and 8192 are the most', fix: expect.any(String) },
    ]);
    // In bytes: what is stored and sent is UTF-8.
    expect(problems({ a: ['\u00fc'.repeat(4_100)] })[0]?.problem).toMatch(/bytes as JSON/);
  });

  it('is bounded by the fields on all ways together, however few bytes they take', () => {
    expect(problems(ways(100, 199))).toEqual([]);
    expect(problems(ways(100, 200))).toEqual([
      {
        path: '',
        problem: expect.stringContaining('more than 20000 fields in all'),
        fix: expect.any(String),
      },
    ]);
    expect(problems(fields(20_000, 'f'))[0]?.problem).toMatch(/bytes as JSON/);
  });

  it('of compiling grows with what is written, not with the ways through it', () => {
    const sizes = [product(10, 10), product(25, 40)].map(
      (raw) => partsOf(compiled(raw).parts) / partsOf(raw),
    );
    // 20 entries are 100 ways and 65 are 1,000: what is kept of an entry stays the same.
    expect(Math.abs(sizes[0]! - sizes[1]!)).toBeLessThan(1);
    // 60 times 10 ways are refused without counting them one by one.
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, or(10, 'a')]));
    expect(problems(many)[0]?.problem).toMatch(/more than 1000 combinations/);
  });

  it('of matching is one look at each field, where no list is in the way', () => {
    const raw = ways(100, 199);
    const all = { ...Object.fromEntries(Object.keys(raw.o).map((name) => [name, 1])), g99: 1 };
    const { event, reads } = counting({ o: all });
    expect(matches(compiled(raw), event)).toBe(true);
    // One for the field, and one for what it is in.
    expect(reads()).toBeLessThanOrEqual(2 * 299);
  });

  it('of the worst that is accepted is 20,000 looks at each element of a list', () => {
    const raw = ways(100, 199);
    const half = (from: number, to: number) =>
      Object.fromEntries(
        Object.entries(fields(199, 'f')).map(([name], i) => [name, i >= from && i < to ? 1 : 0]),
      );
    const others = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`g${i}`, 1]));
    // Each field matches in one of the elements, all of them in none: no way is ruled out before it is tried.
    const { event, reads } = counting({
      o: [
        { ...half(0, 100), ...others },
        { ...half(100, 199), ...others },
      ],
    });
    expect(matches(compiled(raw), event)).toBe(false);
    expect(reads()).toBeGreaterThan(20_000);
    // Beside these, each field by itself, and the list once for each way.
    expect(reads()).toBeLessThanOrEqual(2 * 20_000 + 100 + 4 * 299);
  });
});

describe('the reason why an event does not match', () => {
  const failures = compiled({
    source: ['jobchime'],
    $or: [
      { 'detail-type': ['job.failed', 'job.lost'] },
      { 'detail-type': ['job.succeeded'], detail: { data: { failed: [{ numeric: ['>', 0] }] } } },
    ],
  });

  it('names the first field that does not match, what it is and what was wanted', () => {
    const pattern = compiled({ source: ['jobchime'], 'detail-type': ['job.failed'], id: ['x'] });
    expect(explainMismatch(pattern, { source: 'jobchime', 'detail-type': 'job.succeeded' })).toBe(
      'detail-type is "job.succeeded", wanted "job.failed"',
    );
  });

  it('is null where it matches', () => {
    expect(explainMismatch(failures, { source: 'jobchime', 'detail-type': 'job.lost' })).toBeNull();
  });

  it('says what is missing', () => {
    expect(explainMismatch(failures, {})).toBe('source is missing, wanted "jobchime"');
  });

  it('shows each of the ways in which it could have matched', () => {
    const event = { source: 'jobchime', 'detail-type': 'job.succeeded', detail: { data: { failed: 0 } } };
    expect(explainMismatch(failures, event)).toBe(
      'detail-type is "job.succeeded", wanted "job.failed" or "job.lost"; ' +
        'nor: detail.data.failed is 0, wanted {"numeric":[">",0]}',
    );
  });

  it('says when the fields match, but not in one element of a list', () => {
    const pattern = compiled({ o: { k: [1], m: [2] } });
    expect(explainMismatch(pattern, { o: [{ k: 1 }, { m: 2 }] })).toBe(
      'no single element of a list has all of o.k, o.m',
    );
  });

  it('stays short', () => {
    const pattern = compiled({ a: Array.from({ length: 500 }, (_, i) => `value ${i}`) });
    expect(explainMismatch(pattern, { a: 'x'.repeat(10_000) })!.length).toBeLessThan(500);
  });

  it('has words for an event that is none', () => {
    expect(explainMismatch(failures, null)).toBe('the event is no object');
  });
});
