import { accept, isReference, REFERENCE, refuse, type Read, type Rules } from '../../core/input/fields.ts';
import type { Secret } from '../../core/notify/subscription.ts';
import { loginOf } from './proxy.ts';

export const PROXY_HINT = 'Write http://host:port, env:NAME where it has a password, or none.';

/** `none`, a URL, or a reference to one: null is no proxy. */
export function readProxy(
  text: string,
  { secret, conceal }: Pick<Rules, 'secret' | 'conceal'>,
): Read<Secret | null> {
  if (text === 'none') return accept(null);
  if (isReference(text)) {
    const found = secret(text, (value) => concealed(value, conceal));
    return found.ok ? accept(() => urlOf(found.value())!.href) : found;
  }
  const url = urlOf(text);
  if (!url) return refuse('is not the URL of a proxy');
  if (url.username || url.password) return refuse('has a password written out', REFERENCE);
  return accept(() => url.href);
}

/** The URL of a proxy, with its password kept out of the logs. */
export function concealed(text: string, conceal: Rules['conceal']): Read<Secret> {
  const url = urlOf(text);
  if (!url) return refuse('is not the URL of a proxy: http://host:port');
  // What is sent is name and password together; each may be quoted.
  const { username, password } = url;
  if (password) [password, loginOf({ username: '', password }).slice(1), loginOf(url)].forEach(conceal);
  return accept(username || password ? conceal(url.href) : () => url.href);
}

/** Without a scheme it is http, as for every program that reads the variables. */
function urlOf(text: string): URL | null {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  const fits = url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash;
  return fits ? url : null;
}
