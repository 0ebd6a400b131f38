/** What clouds and people write may end like a sentence; where a message goes on behind it, it does not. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { groupFailures } from '../../../lib/core/notify/group-message.ts';
import { headline } from '../../../lib/core/notify/headline.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { clause } from '../../../lib/core/notify/message-content.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';
import { wordingFor } from '../../../lib/core/notify/wording.ts';
import { KEPT_UP, SAMPLES } from './samples.ts';

/** Texts that a cloud or a person writes. */
const OUTSIDE: readonly string[] = ['reason', 'name', 'detail', 'target', 'jobType'];
const LISTS: readonly string[] = ['names', 'jobs'];

/** The same event, in which each of them ends with `mark`; those of clouds are ones that no catalogue knows. */
function ending(mark: string, value: unknown, name = ''): unknown {
  if (typeof value === 'string') {
    if (name === 'code') return 'Abc.9999';
    if (name === 'reason' && value.includes(' ')) return `It broke${mark}`;
    return OUTSIDE.includes(name) && !/^[a-z_]+$/.test(value) ? value + mark : value;
  }
  if (Array.isArray(value))
    return value.map((one) =>
      LISTS.includes(name) && typeof one === 'string' ? one + mark : ending(mark, one),
    );
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, ending(mark, one, key)]));
}
const MARKS = ['.', '!', '?', ';', ',', ':', '. ', '..', '。', '！', '；', '：'];
const DOUBLED = /[.!?;,:。！？；，：、] ?[:;,：；，、·(（]/u;

/** As Intl shortens units of time in German. */
const SHORTENED = /\b(Tg|Std|Min|Sek)\./g;

const texts = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(texts)
      : [];

describe.each(LANGS)('%s: what is said', (lang) => {
  it('never has two marks in a row where a text from outside ends with one', () => {
    const found: string[] = [];
    for (const mark of MARKS)
      for (const [name, event] of Object.entries({ ...SAMPLES, ...KEPT_UP })) {
        const content = contentOf(ending(mark, event) as Event, { lang, zone: 'UTC' });
        const { link: _, page: __, command: ___, ...said } = content;
        for (const text of [...texts(said), headline(content)])
          if (DOUBLED.test(text.replaceAll(SHORTENED, '$1'))) found.push(`${name} ${mark}: ${text}`);
      }
    expect(found).toEqual([]);
  });

  it('names the zone of a range once, and its date where that is the same', () => {
    const { span } = wordingFor({ lang, zone: 'Europe/Berlin' });
    const told = span('2026-03-01T12:00:00Z', '2026-03-01T12:00:30Z');
    expect(told.match(/Europe/g)).toHaveLength(1);
    expect(told).toMatch(/^\S*2026\S* 13:00:00.*[^\d.-]13:00:30 Europe\/Berlin \(\+01:00\)$/);
    const overnight = span('2026-03-01T22:00:00Z', '2026-03-02T12:00:30Z');
    expect(overnight.match(/Europe/g)).toHaveLength(1);
    expect(overnight.match(/2026/g)).toHaveLength(2);
    // The clocks are changed in between: only both zones say how long it was.
    expect(span('2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z').match(/Europe/g)).toHaveLength(2);
    const { facts } = contentOf(SAMPLES['summary']!, { lang, zone: 'Asia/Shanghai' });
    expect(facts.map(({ value }) => value.match(/Asia/g)?.length ?? 0)).toEqual(
      facts.map((_, n) => (n === facts.length - 1 ? 1 : 0)),
    );
  });
});

describe('a text that something follows', () => {
  it.each([
    ['quota exceeded.', 'quota exceeded'],
    ['配额已用完。', '配额已用完'],
    ['why?!', 'why'],
    ['see: ', 'see'],
    ['cut off…', 'cut off…'],
    ['v1.2', 'v1.2'],
    ['...', '...'],
    ['', ''],
  ])('%j is %j', (text, cut) => {
    expect(clause(text)).toBe(cut);
  });

  it('is the same for the command line', () => {
    const failure = { outcome: 'failed' as const, origin: 'otc-ecs', code: null, count: 1 };
    expect(groupFailures([{ ...failure, reason: 'It broke.', jobs: ['web-1'] }])).toEqual([
      '1 failed: otc-ecs: It broke: web-1',
    ]);
  });

  it('takes no time worth mentioning, however long it is', () => {
    const long = `${'.'.repeat(200_000)}a${' .'.repeat(100_000)}b`;
    const before = performance.now();
    expect(clause(long)).toBe(long);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
