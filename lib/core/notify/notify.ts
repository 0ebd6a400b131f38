import { digest } from '../jobs/event.ts';
import { JOB_EVENTS, type Job, type Named } from '../jobs/job.ts';
import { isMailbox, MAIL, WEBHOOK, type ChannelName } from './channel.ts';
import { endpointId } from './endpoint.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import type { RequestSettings, Subscription, Target } from './subscription.ts';
import { newTarget } from './target.ts';

/** Whom one job's `notify` names: a subscription whose target is used, or an address of its own. */
export type Notify =
  | { to: 'subscription'; channel: ChannelName; name: string }
  | { to: 'mailbox' | 'url'; address: string };

/** Reads `slack:ops`, `mailto:ops@example.com` or `https://ci.example.com/hooks`. Null: it is none of these. */
export function readNotify(text: string): Notify | null {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  if (scheme === 'mailto') return { to: 'mailbox', address: rest };
  if (scheme === 'https') return URL.canParse(text) ? { to: 'url', address: text } : null;
  return scheme === '' || rest.startsWith('//') ? null : { to: 'subscription', channel: scheme, name: rest };
}

/** Seals a text for a job; it opens only for the same. */
export type Seal = (text: string, jobKey: string) => string;
/** Null: not with the keys that are configured. */
export type Unseal = (sealed: string, jobKey: string) => string | null;

/** A target as the job's row keeps it: what is in a URL may let one in, so that is sealed. */
export function toNamed(text: string, jobKey: string, seal: Seal): Named {
  if (readNotify(text)?.to !== 'url') return text;
  const { endpoint, shown } = newTarget(WEBHOOK, () => text);
  return { endpoint, shown, sealed: seal(text, jobKey) };
}

/** The same for the same target, however the row keeps it. */
export function idOfNamed(named: Named): string {
  if (typeof named !== 'string') return named.endpoint;
  return readNotify(named)?.to === 'url' ? endpointId(WEBHOOK, named) : named;
}

/**
 * The targets of one job beyond the subscriptions whose pattern matches. A name stands for that subscription itself, so what its
 * own pattern matches too is still one delivery. An address makes a subscription that lives as long as the job's row: its id is
 * a hash, and reading the row again gives the same. A name that is not known (any more) is left out.
 */
export const notifySubscriptions = (
  { key, notify = [] }: Pick<Job, 'key' | 'notify'>,
  known: readonly Subscription[],
  unseal: Unseal = () => null,
): Subscription[] =>
  notify.flatMap((named) => {
    const text = typeof named === 'string' ? named : unseal(named.sealed, key);
    return text === null ? [] : (subscriptionOf(text, known) ?? []);
  });

function subscriptionOf(text: string, known: readonly Subscription[]): Subscription | null {
  const notify = readNotify(text);
  if (!notify) return null;
  if (notify.to === 'subscription') {
    return known.find(({ id, channel }) => id === notify.name && channel === notify.channel) ?? null;
  }
  const { address } = notify;
  const channel = notify.to === 'url' ? WEBHOOK : MAIL;
  const signer = notify.to === 'url' ? signerFor(address, known) : null;
  if (notify.to === 'url' && !signer) return null;
  const { signingKeys, oldKeys } = signer?.targets[0] ?? {};
  const target = { ...newTarget(channel, () => address, signingKeys), ...(oldKeys && { oldKeys }) };
  const id = `${AD_HOC}${digest(isMailbox(channel) ? text.toLowerCase() : text).slice(0, 16)}`;
  const way = wayOf(signer?.targets[0]?.request);
  return { id, name: target.shown, pattern: JOB_PATTERN, channel, targets: [{ ...target, ...way }] };
}

/** The same host is reached the same way. What lets one in there is for the path of the configuration alone. */
function wayOf({ ca, identity, proxy, timeoutMs }: RequestSettings = {}): Pick<Target, 'request'> {
  if (!ca && !identity && proxy === undefined && timeoutMs === undefined) return {};
  return { request: { ca, identity, proxy, timeoutMs } };
}

/**
 * Webhooks are signed, and a receiver can only verify what is signed with a key that it has: that of a subscription which
 * already sends to the same place. It also means that nobody is sent anything whom the configuration does not know, or who
 * has not said that they want it.
 */
export const signerFor = (url: string, known: readonly Subscription[]): Subscription | null =>
  known.find(
    ({ channel, targets: [target], fault }) =>
      channel === WEBHOOK &&
      fault !== 'unverified' &&
      (target?.signingKeys?.length ?? 0) > 0 &&
      new URL(target!.address()).origin === new URL(url).origin,
  ) ?? null;

/** Ids of subscriptions have an underscore only where they are ours, so these never meet a name of the configuration. */
const AD_HOC = 'notify_';
export const isAdHoc = (subscription: string): boolean => subscription.startsWith(AD_HOC);

/** Without what may let one in: of a URL only its host. */
export function shownNotify(named: Named): string {
  if (typeof named !== 'string') return named.shown;
  const notify = readNotify(named);
  return notify?.to === 'url' ? `${new URL(notify.address).origin}/…` : named;
}

const JOB_PATTERN: Pattern = (() => {
  const compiled = compilePattern({ 'detail-type': [...JOB_EVENTS] });
  if (!compiled.ok) throw new Error('the pattern of all job events is not valid');
  return compiled.pattern;
})();
