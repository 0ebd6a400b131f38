import type { RouteTest } from '../../client/index.ts';
import { localTime } from '../../lib/core/input/local-time.ts';

type Route = RouteTest['routes'][number];
type Target = Route['targets'][number];

const FATE: Record<Target['fate'], string> = {
  sent: 'at once',
  waits: 'waits',
  held: 'held',
  dropped: 'not sent',
};

/** Where an event goes, in sentences, subscription by subscription: those that get it first. */
export function shownRoutes({ event, at, routes }: RouteTest, zone: string): string {
  const [got, not] = [routes.filter(({ by }) => by !== null), routes.filter(({ by }) => by === null)];
  const head = `${event.kind} of ${event.subject}\nat ${clockOf(at, zone)} ${zone}`;
  const says = got.find((one) => one.says)?.says;
  const none = got.length === 0 ? ['\nNobody gets it.'] : [];
  return [
    head,
    ...(says ? [`says ${says}`] : []),
    ...none,
    ...got.map((one) => `\n${nameOf(one)}: ${WHY[one.by!]}\n${targetsOf(one, at, zone)}`),
    ...not.map(
      (one) =>
        `\n${nameOf(one)}: not sent\n  ${one.mismatch ?? (event.kind.startsWith('job.') ? 'its group tells of it' : 'it is about its own target')}`,
    ),
  ].join('\n');
}

const WHY = {
  pattern: 'its pattern matches',
  notify: 'the job names it',
  alarm: 'it reaches nobody else, and so all others',
} as const;

const nameOf = ({ subscription, name, channel }: Route): string =>
  `${subscription}${name === subscription ? '' : ` (${name})`}, ${channel}`;

const targetsOf = ({ targets }: Route, now: string, zone: string): string =>
  targets
    .map(({ shown, fate, why, at }) => {
      const when = at === null || at === now ? '' : ` until ${clockOf(at, zone)}`;
      return `  ${shown}: ${FATE[fate]}${when}${why === null ? '' : `, ${why}`}`;
    })
    .join('\n');

const clockOf = (iso: string, zone: string): string => localTime(Date.parse(iso), zone);
