import { createHash } from 'node:crypto';
import { lazily } from '../../../core/lazily.ts';
import { HTML_LANGS, type Lang } from '../../../core/notify/reader.ts';
import { TONE_COLOURS } from '../../../core/notify/tone.ts';
import type { PageName, PageText } from './page-text.ts';
import { PAGES } from './page-texts.ts';
import type { ProblemKind, Refusal } from '../problem.ts';

/** Light or dark as the reader's device is. Each text has a contrast of 7:1 at least. */
export const COLOURS = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#45515e;--paper:#f3f5f7;--card:#fff;--line:#cfd6dd;--act:#0a4f96;--on-act:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e9eef3;--soft:#b4c0cb;--paper:#11171d;--card:#1a222b;--line:#3b4855;--act:#9ccbf7;--on-act:#0b1a29}}
*{box-sizing:border-box}
`;
/** Nothing is wider than the narrowest phone. */
const STYLE = `${COLOURS}
body{margin:0;padding:24px 16px;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
header,main{max-width:560px;margin:0 auto}
header{margin-bottom:12px;color:var(--soft);font-weight:600}
main{padding:20px 24px;background:var(--card);border:1px solid var(--line);border-left-width:4px;border-radius:4px}
${Object.entries(TONE_COLOURS)
  .map(([tone, colour]) => `.${tone}{border-left-color:${colour}}`)
  .join('\n')}
h1{margin:0 0 12px;font-size:22px;line-height:1.3}
p,form{margin:0 0 12px}
main>:last-child{margin-bottom:0}
button{min-height:44px;max-width:100%;padding:10px 20px;border:1px solid transparent;border-radius:4px;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
`;

/** The page loads nothing from anywhere and runs nothing, its button leads back to the page, and no other site learns the address. */
const headers = lazily(() => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  vary: 'accept-language',
}));

/** One of the pages for people, of words that were written here: nothing in it comes from outside. */
export const page = (name: PageName, language: Lang) => ({
  status: 200 as const,
  headers: { ...headers(), 'content-language': HTML_LANGS[language] },
  body: html(PAGES[language][name], language),
});

/** What a person is told who meets a problem on the way to a page. */
export const problemPage = ({ kind }: Pick<Refusal, 'kind'>): PageName => PROBLEM_PAGES[kind] ?? 'broken';
const PROBLEM_PAGES: Partial<Record<ProblemKind, PageName>> = {
  not_found: 'badLink',
  invalid: 'badLink',
  link_expired: 'expiredLink',
  conflict: 'tryAgain',
  unavailable: 'tryAgain',
  storage_full: 'tryAgain',
};

const html = ({ tone, title, says, button }: PageText, language: Lang): string =>
  `<!doctype html>
<html lang="${HTML_LANGS[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Jobchime</title>
<style>${STYLE}</style>
</head>
<body>
<header>Jobchime</header>
<main class="${tone}">
<h1>${title}</h1>
${[
  ...says.map((text) => `<p>${text}</p>`),
  ...(button === undefined ? [] : [`<form method="post"><button>${button}</button></form>`]),
].join('\n')}
</main>
</body>
</html>
`;
