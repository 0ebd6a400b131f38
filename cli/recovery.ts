import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { Recovery, RecoveryCount } from '../client/index.ts';
import { readDuration } from '../lib/core/input/read-duration.ts';
import { serviceOn } from '../lib/adapters/store/sqlite/lock.ts';
import { warnIfNotRunning } from './not-running.ts';
import { labelOf } from './options.ts';
import { when } from './render.ts';
import type { Api, Where } from './with-api.ts';
import { counted } from './words.ts';

// What `recover`, `replay` and `recoveries` have in common.

export interface SpanOptions extends Where {
  since: string;
  until?: string;
  label: Record<string, string>;
  rate?: number;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export const spanOptions = (): Option[] => [
  new Option('--since <time>', 'how long ago (2d, 6h), or a time in UTC (2026-03-01T12:00:00Z)')
    .argParser(timeOf)
    .makeOptionMandatory(),
  new Option('--until <time>', 'the same for its end (default: now)').argParser(timeOf),
  new Option('--label <key=value>', 'only of jobs with this label; may be repeated')
    .default({}, 'none')
    .argParser(labelOf),
  new Option('--rate <n>', 'at most this many messages a second, 0.1 to 100 (default: 10)').argParser(rateOf),
  new Option('--dry-run', 'only count').conflicts('yes'),
  new Option('--yes', 'send them; without it they are only counted'),
];

function timeOf(text: string): string {
  const ago = readDuration(text);
  const at = ago.ok ? Date.now() - ago.value : /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      'It is how long ago (30m, 6h, 2d) or a time such as 2026-03-01T12:00:00Z.',
    );
  return new Date(at).toISOString();
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (!(rate >= 0.1 && rate <= 100)) throw new InvalidArgumentError('It is a number from 0.1 to 100.');
  return rate;
}

export const spanOf = ({ since, until, label, rate }: SpanOptions) => ({
  since,
  ...(until !== undefined && { until }),
  ...(Object.keys(label).length > 0 && { labels: label }),
  ...(rate !== undefined && { perSecond: rate }),
});

/** Counts, and with `--yes` begins and shows how far it has come, until its end. */
export async function countOrRun(
  api: Api,
  options: SpanOptions,
  count: () => Promise<RecoveryCount>,
  begin: () => Promise<Recovery>,
): Promise<void> {
  if (!options.yes) {
    const found = await count();
    if (options.json) return console.log(JSON.stringify(found));
    console.log(shownCount(found, options.rate ?? 10));
    if (found.sent > 0 && !options.dryRun) console.log('The same with --yes sends them.');
    return;
  }
  const begun = await begin();
  const isNotRunning = api.config !== null && serviceOn(api.config.store) === null;
  if (!options.json)
    console.log(
      `${begun.id} goes on by itself: \`jobchime recoveries show ${begun.id}\` tells how far it is, \`jobchime recoveries stop ${begun.id}\` ends it.`,
    );
  const ended = isNotRunning ? begun : await followed(api, begun, options.json !== true);
  console.log(options.json ? JSON.stringify(ended) : described(ended));
  warnIfNotRunning(api.config);
}

async function followed({ client, config }: Api, begun: Recovery, isShown: boolean): Promise<Recovery> {
  let now = begun;
  for (let said = Date.now(); now.state === 'running';) {
    await sleep(config ? 200 : 2_000);
    now = await client.recoveries.get(begun.id);
    if (!isShown || now.state !== 'running' || Date.now() - said < SAY_MS) continue;
    said = Date.now();
    console.log(`${now.id} has come to ${when(now.reachedAt)}: ${amounts(now)}`);
  }
  return now;
}
const SAY_MS = 5_000;

function shownCount(found: RecoveryCount, rate: number): string {
  const seconds = Math.ceil(found.sent / rate);
  const takes = found.sent > 0 ? `, in ${counted(seconds, 'second')} at ${rate} a second` : '';
  const first = `${counted(found.sent, 'message')} would be sent${takes}, of ${counted(found.events, 'event')} from ${when(found.since)} to ${when(found.until)} (UTC).`;
  const incomplete = `Not all of it was counted, only up to ${when(found.reachedAt)}: there is more. What is sent is everything.`;
  return [first, ...rest(found), ...(found.complete ? [] : [incomplete])].join('\n');
}

const amounts = ({ sent, kept, present, events }: Recovery): string =>
  `${counted(sent, 'message')} sent${kept ? `, ${kept} kept` : ''}${present ? `, ${present} had already` : ''}, of ${counted(events, 'event')}`;

export function described(one: Recovery): string {
  const { id, how, state, by, since, until, createdAt, endedAt } = one;
  const meant = [
    one.subscription,
    one.states?.join(' or '),
    one.reasons?.join(' or '),
    ...Object.entries(one.labels).map(([name, value]) => `${name}=${value}`),
  ].filter(Boolean);
  return [
    `${id}, ${how}, ${state}${state === 'running' ? `, has come to ${when(one.reachedAt)}` : ''}`,
    `asked    ${when(createdAt)} by ${by}, at most ${one.perSecond} a second`,
    `meant    ${when(since)} to ${when(until)}${meant.length > 0 ? `: ${meant.join(', ')}` : ''}`,
    `so far   ${amounts(one)}`,
    ...(endedAt ? [`ended    ${when(endedAt)}`] : []),
    ...rest(one),
  ].join('\n');
}

function rest({ kept, present, skipped, how }: RecoveryCount | Recovery): string[] {
  const others = Object.entries(skipped).map(([reason, count]) => `${reason} ${count}`);
  const had = `${counted(present, 'message')} of them it has had.`;
  return [
    ...(how === 'replay' && present > 0 ? [had] : []),
    ...(kept > 0
      ? [
          `${counted(kept, 'message')} wait until a paused subscription is resumed or a disabled target works: \`jobchime subscriptions\` names them.`,
        ]
      : []),
    ...(others.length > 0 ? [`Not sent: ${others.join(', ')}.`] : []),
  ];
}
