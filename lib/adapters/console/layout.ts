import { createHash } from 'node:crypto';
import { hasScope, type Token } from '../../core/access/token.ts';
import { assets } from './assets.ts';
import { markup, type Html } from './markup.ts';
import type { Session } from './session.ts';
import { CONSOLE_LANGS } from './texts/catalogue.ts';
import { queryWith, type Asked, type Page } from './visit.ts';

/** Nothing comes from elsewhere and nothing in a page itself is run or styled; forms and requests lead back here. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Other sites learn nothing of an address; this one may tell its own forms by it.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
  vary: 'accept-language, cookie',
};

/** How a page learns of changes. */
export interface Liveness {
  /** Where the server says that something has changed; null: it does not. */
  stream: string | null;
  /** Seconds between two questions whether anything has. */
  poll: number;
}

/** Who looks; null: somebody without a session. */
export interface Viewer {
  token: Token;
  session: Session;
}

const LANGUAGE_NAMES = { en: 'English', de: 'Deutsch' } as const;
const PLACES = ['board', 'deliveries', 'subscriptions', 'origins', 'stats'] as const;
const PATHS = {
  board: '/',
  deliveries: '/deliveries',
  subscriptions: '/subscriptions',
  origins: '/origins',
  stats: '/stats',
} as const;

export function respondPage(asked: Asked, page: Page, viewer: Viewer | null, liveness: Liveness): Response {
  const { lang, request } = asked;
  const etag = page.tag === undefined ? null : etagOf([page.tag, lang, page.title, viewer?.token.key]);
  const headers = { ...HEADERS, 'content-language': lang, ...(etag && { etag }), ...page.headers };
  if (etag && request.headers.get('if-none-match') === etag)
    return new Response(null, { status: 304, headers });
  const text = `<!doctype html>\n${frame(asked, page, viewer, etag ? { ...liveness, etag } : null).text}\n`;
  return new Response(text, { status: page.status ?? 200, headers });
}

const etagOf = (shown: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 27)}"`;

function frame(
  asked: Asked,
  page: Page,
  viewer: Viewer | null,
  live: (Liveness & { etag: string }) | null,
): Html {
  const { style, script, icon } = assets();
  const { texts, lang, now } = asked;
  return markup`<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${page.title} · Jobchime</title>
<link rel="icon" href="${icon.path}">
<link rel="stylesheet" href="${style.path}">
<script src="${script.path}" defer></script>
</head>
<body${page.wall ? markup` class="wall"` : ''}>
<a class="skip" href="#main">${texts.nav.skip}</a>
${header(asked, viewer)}
<main id="main" data-now="${now}"${
    live
      ? markup` data-tag="${live.etag}" data-poll="${live.poll}"${live.stream ? markup` data-live="${live.stream}"` : ''}`
      : ''
  }>
${page.body}
</main>
${footer(asked, live !== null)}
</body>
</html>`;
}

function header(asked: Asked, viewer: Viewer | null): Html {
  const { texts, url, lang } = asked;
  const { nav } = texts;
  const places = viewer && hasScope(viewer.token, 'read') ? placesFor(viewer.token) : [];
  return markup`<header>
    <strong>Jobchime</strong>
    ${
      places.length > 0 &&
      markup`<nav aria-label="${nav.label}">
        ${places.map(
          (place) =>
            markup`<a href="${PATHS[place]}" ${isAt(url, PATHS[place]) ? markup` aria-current="page"` : ''}>${nav[place]}</a>`,
        )}
      </nav>`
    }
    <div class="tools">
      <span>${CONSOLE_LANGS.map((it) =>
        it === lang
          ? markup`<span aria-current="true" lang="${it}">${LANGUAGE_NAMES[it]}</span> `
          : markup`<a href="${queryWith(url, { lang: it })}" lang="${it}" hreflang="${it}">${LANGUAGE_NAMES[it]}</a> `,
      )}</span>
      ${
        viewer &&
        markup`<form method="post" action="/sign-out" class="inline">
          <input type="hidden" name="csrf" value="${viewer.session.csrf}"><button class="plain" title="${nav.signedInAs(viewer.token.name)}">
            ${nav.signOut}
          </button>
        </form>`
      }
    </div>
  </header>`;
}

/** What concerns all projects is not for those who see some. */
const placesFor = ({ projects }: Token) =>
  PLACES.filter((place) => projects === null || place !== 'subscriptions');
const isAt = ({ pathname }: URL, path: string): boolean =>
  path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`);

function footer({ texts: { nav } }: Asked, isLive: boolean): Html {
  if (!isLive) return markup`<footer></footer>`;
  const { key } = nav;
  return markup`<footer>
    <p role="status" id="live" data-live="${nav.live}" data-lost="${nav.lost}"></p>
    <p>
      ${nav.keys}: <kbd>/</kbd> ${key.filter} · <kbd>j</kbd> <kbd>k</kbd> ${key.rows} ·
      <kbd>b</kbd> ${key.board} · <kbd>w</kbd> ${key.wall}
    </p>
  </footer>`;
}
