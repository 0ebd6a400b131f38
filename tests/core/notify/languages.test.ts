import { describe, expect, it } from 'vitest';
import { readZone } from '../../../lib/core/input/zone.ts';
import { headline } from '../../../lib/core/notify/headline.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';
import { TEXTS } from '../../../lib/core/notify/texts/catalogue.ts';
import { wordingFor } from '../../../lib/core/notify/wording.ts';
import { SAMPLES } from './samples.ts';

const OTHERS = LANGS.filter((lang) => lang !== 'en');
const told = (name: string, lang: (typeof LANGS)[number], zone = 'UTC') =>
  contentOf(SAMPLES[name]!, { lang, zone });

describe('the languages of messages', () => {
  it.each([
    ['en', '❌ web-7: creating the server failed: no room for this flavor in eu-de-03 (Ecs.0219)'],
    [
      'de',
      '❌ web-7: Anlegen des Servers fehlgeschlagen: kein Platz für diesen Flavor in eu-de-03 (Ecs.0219)',
    ],
    ['zh', '❌ web-7：创建云服务器失败：eu-de-03 该规格资源不足（Ecs.0219）'],
  ] as const)('%s: a phone shows what happened to what, why and where', (lang, shown) => {
    expect(headline(told('job.failed', lang))).toBe(shown);
  });

  it.each(OTHERS)('%s leaves nothing in English', (lang) => {
    for (const name of Object.keys(SAMPLES)) {
      const [english, other] = [told(name, 'en'), told(name, lang)];
      for (const part of ['statusWord', 'title', 'lead', 'hint', 'note'] as const)
        if (english[part] !== undefined && part !== 'statusWord')
          expect(other[part], `${name}: ${part}`).not.toBe(english[part]);
      const labels = (of: typeof other) => of.facts.map(({ label }) => label).filter((it) => it !== 'Labels');
      expect(labels(other).filter((label) => labels(english).includes(label))).toEqual([]);
    }
  });

  it.each(LANGS)('%s says all that the others say, and nothing of what no event has', (lang) => {
    for (const name of Object.keys(SAMPLES)) {
      const [english, other] = [told(name, 'en'), told(name, lang)];
      expect(Object.keys(other)).toEqual(Object.keys(english));
      expect(other.facts).toHaveLength(english.facts.length);
      expect(JSON.stringify(other)).not.toMatch(/undefined|null|NaN|\[object|\$\{/);
    }
  });

  it.each(LANGS)('%s has durations as the tables of all languages have them', (lang) => {
    const { duration } = wordingFor({ lang, zone: 'UTC' });
    const intl = new Intl.DurationFormat(lang, { style: 'short' });
    for (const [seconds, parts] of [
      [1, { seconds: 1 }],
      [60, { minutes: 1 }],
      [247, { minutes: 4, seconds: 7 }],
      [7_261, { hours: 2, minutes: 1 }],
      [86_400, { days: 1 }],
      [12_345 * 86_400 + 3_600, { days: 12_345, hours: 1 }],
    ] as const)
      expect(duration(seconds * 1_000)).toBe(intl.format(parts));
    expect(duration(400)).toBe(TEXTS[lang].shorterThanASecond);
  });

  it("says of many events at once why some failed and what was counted in the reader's words", () => {
    const { reason, facts } = told('summary', 'de');
    expect(reason).toBe('otc-ecs: ein Kontingent ist ausgeschöpft: cores (Ecs.0204)');
    expect(facts.find(({ label }) => label === 'Gezählt')?.value).toMatch(/ und 1 Quelle wieder abfragbar$/);
  });

  it.each([
    ['en', 'none'],
    ['de', 'keine'],
    ['zh', '无'],
  ] as const)('%s: a group without jobs counts no success', (lang, none) => {
    const { facts } = told('group.ended.empty', lang);
    const { jobs } = TEXTS[lang].labels;
    expect(facts.find(({ label }) => label === jobs)?.value).toBe(none);
  });

  it('Chinese has a space beside each number and name, and none beside a bracket', () => {
    for (const name of Object.keys(SAMPLES)) {
      const { title, facts } = told(name, 'zh');
      for (const text of [title, ...facts.map(({ value }) => value)]) {
        expect(text).not.toMatch(/[\w)]和|和[\w(]|其中\d|\)至/);
        expect(text).not.toMatch(/[（）] | [（）]/);
      }
    }
  });

  it.each(LANGS)('%s keeps ids, codes, commands and the words of the cloud', (lang) => {
    const { facts, command, link } = told('job.failed', lang);
    const english = told('job.failed', 'en');
    expect([command, link]).toEqual([english.command, english.link]);
    const values = facts.map(({ value }) => value).join('\n');
    for (const kept of ['Ecs.0219: No host has 4 vCPUs', 'ff8080828f9a1c3d018fa0b1c2d3e4f5', 'team=web'])
      expect(values).toContain(kept);
  });

  it.each([
    ['en', 1, '1 message'],
    ['en', 2, '2 messages'],
    ['de', 1, '1 Meldung'],
    ['de', 2, '2 Meldungen'],
    ['zh', 1, '1 条消息'],
  ] as const)('%s: %i takes its form of the word', (lang, count, words) => {
    expect(TEXTS[lang].target.messages(count)).toBe(words);
  });

  it.each([
    ['en', 247_000, '4 min, 7 sec'],
    ['de', 247_000, '4 Min., 7 Sek.'],
    ['zh', 247_000, '4分钟7秒'],
    ['en', 90_061_000, '1 day, 1 hr'],
    ['en', 0, 'less than 1 s'],
    ['de', 499, 'weniger als 1 s'],
  ] as const)('%s: %i ms are %s', (lang, ms, words) => {
    expect(wordingFor({ lang, zone: 'UTC' }).duration(ms)).toBe(words);
  });
});

describe('the time zone of a reader', () => {
  it.each([
    ['en', 'UTC', '2026-03-01 12:04:08 UTC'],
    ['en', 'Europe/Berlin', '2026-03-01 13:04:08 Europe/Berlin (+01:00)'],
    ['de', 'Europe/Berlin', '01.03.2026 13:04:08 Europe/Berlin (+01:00)'],
    ['zh', 'Asia/Shanghai', '2026-03-01 20:04:08 Asia/Shanghai (+08:00)'],
    ['en', 'Africa/Abidjan', '2026-03-01 12:04:08 Africa/Abidjan (+00:00)'],
  ] as const)('%s in %s: %s', (lang, zone, at) => {
    const values = told('job.failed', lang, zone).facts.map(({ value }) => value);
    expect(values).toContain(at);
  });

  it('changes with summer time', () => {
    const { moment } = wordingFor({ lang: 'en', zone: 'Europe/Berlin' });
    expect(moment('2026-03-29T00:59:59Z')).toBe('2026-03-29 01:59:59 Europe/Berlin (+01:00)');
    expect(moment('2026-03-29T01:00:00Z')).toBe('2026-03-29 03:00:00 Europe/Berlin (+02:00)');
  });

  it.each(['UTC', 'Europe/Berlin', 'Europe/Kyiv', 'Asia/Shanghai', 'America/Argentina/Buenos_Aires'])(
    '%s is one, as it is written',
    (zone) => {
      expect(readZone(zone)).toEqual({ ok: true, value: zone });
    },
  );

  it.each([
    'CST',
    'EST',
    'CET',
    'Etc/GMT-8',
    'europe/berlin',
    'Berlin',
    '+01:00',
    'Europe/Nowhere',
    '',
    'UTC ',
  ])('%j is none', (zone) => {
    expect(readZone(zone)).toMatchObject({ ok: false, fix: expect.stringContaining('Europe/Berlin') });
  });
});
