/** The pages behind the links in mails: for people, in their language, on any screen. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { page } from '../../../lib/adapters/api/pages/page.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';
import { pageLanguage } from '../../../lib/adapters/api/language.ts';
import { PAGE_NAMES } from '../../../lib/adapters/api/pages/page-text.ts';
import { PAGES } from '../../../lib/adapters/api/pages/page-texts.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { StoreTrouble } from '../../../lib/adapters/platform/store-trouble.ts';
import { unsubscribeLinks } from '../../../lib/adapters/platform/unsubscribe-link.ts';
import { subscription } from '../../kit.ts';
import { apiKit, KEY, type ApiKit, type Got } from './kit.ts';

const ANN = 'ann@example.com';
const team = subscription('team', { channel: 'email', addresses: [ANN] });
const PUBLIC = 'https://jobchime.test';
const unsubscribeLink = unsubscribeLinks(PUBLIC, createSealer(KEY))!({ subscription: 'team', address: ANN });
const UNSUBSCRIBE = unsubscribeLink.slice(PUBLIC.length);
const MAIL = { name: 'me', on: 'everything', channel: 'email', target: ANN };

const open = (kit: ApiKit, path: string, language = 'en', method = 'GET') =>
  kit.call(method, path, {
    token: null,
    headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': language },
  });
async function confirmPath(kit: ApiKit): Promise<string> {
  await kit.call('POST', '/v1/subscriptions', { body: MAIL });
  return kit.mails.at(-1)!.link.slice(PUBLIC.length);
}
const shows = ({ status, text, headers }: Got) => [
  status,
  /<h1>(.*)<\/h1>/.exec(text)?.[1],
  headers.get('content-type'),
];
const HTML = 'text/html; charset=utf-8';

const every = LANGS.flatMap((language) => PAGE_NAMES.map((name) => ({ language, name })));

describe('a page', () => {
  it.each(every)(
    '$name in $language has language, title, landmarks and one heading',
    ({ name, language }) => {
      const { body, headers } = page(name, language);
      const { title } = PAGES[language][name];
      expect(body).toMatch(/^<!doctype html>\n<html lang="(en|de|zh-Hans)">/);
      expect(body).toContain(`<html lang="${headers['content-language']}">`);
      expect(body).toContain(`<title>${title} · Jobchime</title>`);
      expect(body.match(/<h1>/g)).toHaveLength(1);
      for (const landmark of ['header', 'main']) expect(body).toMatch(new RegExp(`<${landmark}[ >]`));
      expect(body).toContain('<meta name="viewport" content="width=device-width,initial-scale=1">');
      expect(body).toContain('<meta name="color-scheme" content="light dark">');
    },
  );

  it.each(every)('$name in $language says the same as text and as HTML', ({ name, language }) => {
    const { title, says, button = '' } = PAGES[language][name];
    for (const text of [title, ...says, button]) expect(text).not.toMatch(/[&<>"]/);
  });

  it('runs nothing, loads nothing, and may use no style but its own', () => {
    const { body, headers } = page('askUnsubscribe', 'en');
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(body)!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(body).not.toMatch(/<script|<link|<img|\son\w+=|\sstyle=|@import|url\(|https?:/);
  });

  it('can be read in light and in dark: every text has a contrast of 7 to 1', () => {
    const { body } = page('askUnsubscribe', 'en');
    const themes = [...body.matchAll(/:root\{([^}]*)\}/g)].map(([, rules = '']) =>
      Object.fromEntries(rules.split(';').map((rule) => rule.split(':') as [string, string])),
    );
    expect(themes).toHaveLength(2);
    for (const theme of themes) {
      const of = (name: string) => luminance(theme[`--${name}`]!);
      for (const [text, ground] of [
        ['ink', 'card'],
        ['ink', 'paper'],
        ['soft', 'paper'],
        ['on-act', 'act'],
      ] as const) {
        const [dark = 0, light = 0] = [of(text), of(ground)].toSorted((a, b) => a - b);
        expect((light + 0.05) / (dark + 0.05), `${text} on ${ground}`).toBeGreaterThanOrEqual(7);
      }
      // The edge of what can be pressed (WCAG 1.4.11).
      const [dark = 0, light = 0] = [of('act'), of('card')].toSorted((a, b) => a - b);
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });

  it.each([
    [null, 'en'],
    ['', 'en'],
    ['fr-FR,fr;q=0.9', 'en'],
    ['de', 'de'],
    ['de-AT,en;q=0.5', 'de'],
    ['fr,en;q=0.3,zh-Hans-CN;q=0.8', 'zh'],
    ['en;q=0.2, de;q=0', 'en'],
    ['zh-TW, de', 'zh'],
    ['deutsch', 'en'],
    [`${'x,'.repeat(100_000)}de`, 'en'],
  ])('for a reader who accepts %.40s is written in %s', (accepts, language) => {
    expect(pageLanguage(accepts)).toBe(language);
  });
});

const luminance = (colour: string): number => {
  const hex = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, '$&$&') : colour;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

describe('the link to confirm', () => {
  it('leads to a page in the language of the reader', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = await confirmPath(kit);
    expect(shows(await open(kit, path, 'de-DE'))).toEqual([200, PAGES.de.askConfirm.title, HTML]);
    expect(shows(await open(kit, path, 'zh-CN,en', 'POST'))).toEqual([200, PAGES.zh.confirmed.title, HTML]);
  });

  it('says when it was used, and by pressing twice nothing more happens', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = await confirmPath(kit);
    await open(kit, path, 'en', 'POST');
    for (const method of ['GET', 'POST'])
      expect(shows(await open(kit, path, 'en', method))).toEqual([200, 'Confirmed before', HTML]);
  });

  it('says when it has expired', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = await confirmPath(kit);
    kit.clock.pass(3 * 86_400_000);
    for (const method of ['GET', 'POST'])
      expect(shows(await open(kit, path, 'en', method))).toEqual([410, 'This link has expired', HTML]);
  });

  it('leads to a page, too, when it is cut or forged, which says what to do', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = await confirmPath(kit);
    const forged = path.slice(0, -1) + (path.endsWith('0') ? '1' : '0');
    for (const bad of [path.slice(0, -1), path.slice(0, 20), `${path}x`, forged, '/v1/confirm/%00']) {
      for (const method of ['GET', 'POST'])
        expect(shows(await open(kit, bad, 'en', method))).toEqual([404, PAGES.en.badLink.title, HTML]);
    }
    expect((await open(kit, `/v1/confirm/${'x'.repeat(3_000)}`)).text).toContain(PAGES.en.badLink.title);
    expect(kit.mails).toHaveLength(1);
  });
});

describe('the link to unsubscribe', () => {
  it('says when it was used', async () => {
    const kit = await apiKit({ fixed: [team] });
    expect(shows(await open(kit, UNSUBSCRIBE, 'de'))).toEqual([200, PAGES.de.askUnsubscribe.title, HTML]);
    await open(kit, UNSUBSCRIBE, 'de', 'POST');
    expect(shows(await open(kit, UNSUBSCRIBE, 'de'))).toEqual([200, PAGES.de.unsubscribedBefore.title, HTML]);
  });

  it('works with what a mail program or a proxy adds to it', async () => {
    const kit = await apiKit({ fixed: [team] });
    for (const method of ['GET', 'POST']) {
      const got = await open(kit, `${UNSUBSCRIBE}?utm_source=mail&fbclid=1`, 'en', method);
      expect(got.status).toBe(200);
    }
  });

  it('leads to a page, too, when it is cut or forged', async () => {
    const kit = await apiKit({ fixed: [team] });
    const other = unsubscribeLinks(PUBLIC, createSealer(Buffer.alloc(32, 8)))!({
      subscription: 'team',
      address: ANN,
    }).slice(PUBLIC.length);
    for (const bad of [UNSUBSCRIBE.slice(0, -9), other, '/v1/unsubscribe/x'])
      expect(shows(await open(kit, bad, 'zh'))).toEqual([404, PAGES.zh.badLink.title, HTML]);
  });

  it('shows a page where the store does not answer, which names no part of the service', async () => {
    const kit = await apiKit({
      fixed: [team],
      over: ({ useCases }) => ({
        useCases: {
          ...useCases,
          unsubscribe: async () => {
            throw new StoreTrouble('busy', 'arn:aws:dynamodb: busy');
          },
        },
      }),
    });
    const got = await open(kit, UNSUBSCRIBE, 'en', 'POST');
    expect(shows(got)).toEqual([503, PAGES.en.tryAgain.title, HTML]);
    expect(got.text).not.toContain('arn:');
  });
});

describe('a link that is cut before its token', () => {
  it.each(['/v1/unsubscribe/', '/v1/unsubscribe', '/v1/confirm', '/v1/conf', '/'])(
    '%s shows a page to a person and a problem to a program',
    async (path) => {
      const { api } = await apiKit();
      const asked = async (accept: string) => {
        const got = await api(new Request(`http://jobchime.test${path}`, { headers: { accept } }));
        return [got.status, got.headers.get('content-type')];
      };
      expect(await asked('text/html,application/xhtml+xml,*/*;q=0.8')).toEqual([404, HTML]);
      expect(await asked('*/*')).toEqual([404, 'application/problem+json']);
    },
  );
});
