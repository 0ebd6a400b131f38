import type { Subscription } from '../../client/index.ts';
import { table, when } from '../render.ts';

export const subscriptionsTable = (all: readonly Subscription[]): string =>
  table(
    ['STATE', 'ID', 'NAME', 'WANTS', 'CHANNEL', 'HELD', 'TARGETS'],
    all.map((one) => [
      stateOf(one),
      one.id,
      one.name === one.id ? '-' : one.name,
      one.on ?? 'pattern',
      one.channel,
      String(one.held),
      one.targets.map(({ shown, reason }) => (reason ? `${shown} (${reason})` : shown)).join(', '),
    ]),
  );

/** That of its targets where all is well with itself. */
function stateOf({ state, targets }: Subscription): string {
  if (state !== 'active') return state;
  const reasons = targets.filter((target) => target.state === 'disabled').map(({ reason }) => reason);
  if (reasons.length === 0) return targets.some((target) => target.state === 'failing') ? 'failing' : state;
  return reasons.every((reason) => reason === 'unsubscribed' || reason === 'complained')
    ? 'unsubscribed'
    : 'disabled';
}

/** Everything about one. */
export function described(one: Subscription): string {
  const { id, name, from, channel, targets, held, createdAt } = one;
  const how = one.state === 'unverified' ? 'verify' : 'resume';
  const resumable = held > 0 || !['active', 'confirming', 'failing'].includes(stateOf(one));
  return [
    `${id}${name === id ? '' : ` (${name})`}, ${stateOf(one)}`,
    `from     ${from === 'config' ? 'the configuration' : 'the API'}${createdAt ? `, ${when(createdAt)}` : ''}`,
    `wants    ${one.on ?? JSON.stringify(one.pattern)}`,
    `channel  ${channel}${one.ordered ? ', ordered: the events of a job one after the other' : ''}`,
    ...targets.map(({ shown, state, reason, since }) =>
      state === 'ok'
        ? `target   ${shown}: ok`
        : `target   ${shown}: ${state} since ${when(since)} (${reason})`,
    ),
    ...(one.request ? [`request  ${requestOf(one.request)}`] : []),
    ...(one.keys
      ? [`keys     ${one.keys.map(({ until }) => (until ? `until ${when(until)}` : 'in use')).join(', ')}`]
      : []),
    ...(one.verification ? [`verified ${verificationOf(one.verification)}`] : []),
    `held     ${held}${resumable ? `; \`jobchime subscriptions ${how} ${id}\` sends what is held` : ''}`,
  ].join('\n');
}

function requestOf({ method = 'POST', headers = [], body, path, timeoutSeconds, ...more }: Request): string {
  const own = [...(body === undefined ? [] : ['body']), ...(path === undefined ? [] : ['path'])];
  const { secrets: _, contentType, ...others } = more;
  return [
    method,
    ...(headers.length > 0 ? [`with the header${headers.length > 1 ? 's' : ''} ${headers.join(', ')}`] : []),
    ...(contentType ? [contentType] : []),
    ...own.map((name) => `${name} by a template`),
    ...(timeoutSeconds ? [`${timeoutSeconds} s`] : []),
    ...Object.keys(others),
  ].join(', ');
}
type Request = NonNullable<Subscription['request']>;

function verificationOf({ state, at, by, detail }: NonNullable<Subscription['verification']>): string {
  if (state === 'skipped') return `no, ${by} wanted to do without at ${when(at)}`;
  return state === 'verified' ? when(at) : `no${detail ? `, at ${when(at)}: ${detail}` : ''}`;
}
