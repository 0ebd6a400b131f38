import { IDLE_MS } from './session.ts';

/** Whether the browser came by https, or is on this machine and came by http: there a cookie cannot be read under way either. */
function isPlainLoopback(request: Request): boolean {
  const { protocol, hostname } = new URL(request.url);
  const forwarded = request.headers.get('x-forwarded-proto');
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'http:' && forwarded === null && isLoopback;
}

/** With `__Host-` no other host of the domain can set it, so that nobody is given a session that is not theirs. */
const nameFor = (request: Request): string =>
  isPlainLoopback(request) ? 'jobchime-session' : '__Host-jobchime-session';

const attributesFor = (request: Request): string =>
  `; Path=/; HttpOnly; SameSite=Strict${isPlainLoopback(request) ? '' : '; Secure'}`;

export const sessionCookie = (request: Request, sealed: string): string =>
  `${nameFor(request)}=${sealed}; Max-Age=${IDLE_MS / 1_000}${attributesFor(request)}`;

export const noSessionCookie = (request: Request): string =>
  `${nameFor(request)}=; Max-Age=0${attributesFor(request)}`;

export const sealedIn = (request: Request): string | null => cookieOf(request, nameFor(request));

/** What the reader chose to read in. It says nothing of anybody. */
export const languageCookie = (language: string): string =>
  `jobchime-language=${language}; Path=/; Max-Age=31536000; SameSite=Lax`;
export const languageIn = (request: Request): string | null => cookieOf(request, 'jobchime-language');

function cookieOf(request: Request, name: string): string | null {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((it) => it.trim());
  return pairs.find((it) => it.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}
