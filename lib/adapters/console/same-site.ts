/**
 * Whether a form was sent from a page of ours, as far as the browser says it; no other site can write these headers. One that says
 * nothing is no browser of today; the token in the form decides then, and before anybody has signed in there is nothing to send.
 */
export function isFromHere(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  return origin === null || (URL.canParse(origin) && new URL(origin).host === request.headers.get('host'));
}

/** A place on this server, for after signing in; anything else leads to the board. */
export function placeHere(back: string | null): string {
  if (back === null || !back.startsWith('/') || !URL.canParse(back, HERE)) return '/';
  const { origin, pathname, search } = new URL(back, HERE);
  // What begins with two slashes names a host.
  return origin === HERE && !pathname.startsWith('//') ? pathname + search : '/';
}
const HERE = 'http://here.invalid';
