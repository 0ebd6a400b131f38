import * as z from 'zod';
import { accept, field, like, type Rules } from '../../core/input/fields.ts';
import { readNoProxy } from '../../core/input/no-proxy.ts';
import { readCertificates } from '../../core/input/values.ts';
import { concealed, PROXY_HINT, readProxy } from '../platform/read-proxy.ts';
import type { Secret } from '../../core/notify/subscription.ts';

/** How the clouds and the targets of messages are reached. Mail has ways of its own. */
export interface NetworkSettings {
  /** `http://[user:password@]host:port` by the scheme of the request; null: directly. */
  proxy: { http: Secret | null; https: Secret | null };
  /** The hosts that are called directly nevertheless. */
  noProxy: string[];
  /** Certificates in PEM that are trusted beside those that Node trusts. */
  ca: Secret | null;
}

type Rule = Pick<Rules, 'secret' | 'conceal' | 'text'>;
type Variables = Readonly<Record<string, string | undefined>>;

export const networkSchema = (rules: Rule) =>
  z
    .strictObject({
      proxy: field(PROXY_HINT, (text) => readProxy(text, rules)).optional(),
      no_proxy: z
        .array(like(/^\S+$/, 'a host', 'Write a host, a domain, an address or a range: 10.0.0.0/8.'))
        .meta({ hint: 'Write a list of hosts to reach without the proxy: [.internal, 10.0.0.0/8].' })
        .optional(),
      ca: field('Put certificates in PEM into a file and write file:/path.', (reference) =>
        rules.text(reference, readCertificates),
      ).optional(),
    })
    .meta({ hint: 'Give proxy, no_proxy or ca.' });

/** What the file says, and where it says nothing, the variables that every program reads. */
export function networkOf(
  given: z.output<ReturnType<typeof networkSchema>>,
  env: Variables,
  { conceal }: Pick<Rules, 'conceal'>,
): { ok: true; network: NetworkSettings } | { ok: false; problem: { problem: string; fix: string } } {
  const proxy: NetworkSettings['proxy'] = { http: given.proxy ?? null, https: given.proxy ?? null };
  for (const scheme of given.proxy === undefined ? (['http', 'https'] as const) : []) {
    const [variable, value] = valueOf(env, `${scheme}_proxy`);
    const read = value === '' ? accept(null) : concealed(value, conceal);
    if (!read.ok)
      return {
        ok: false,
        problem: { problem: `the variable ${variable} ${read.problem}`, fix: VARIABLE_FIX },
      };
    proxy[scheme] = read.value;
  }
  const noProxy = given.no_proxy ?? readNoProxy(valueOf(env, 'no_proxy')[1]);
  return { ok: true, network: { proxy, noProxy, ca: given.ca ?? null } };
}

const VARIABLE_FIX =
  'Correct it, or write network: { proxy: none } into the file, and nothing goes through a proxy.';

/** Small letters come first, as they do for curl. */
function valueOf(env: Variables, name: string): [variable: string, value: string] {
  const upper = name.toUpperCase();
  return env[name] ? [name, env[name]] : [upper, env[upper] ?? ''];
}
