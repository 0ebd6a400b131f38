import type { Config } from '../lib/adapters/config/config.ts';
import { counted } from './words.ts';

/** Where the service is reached; null: it is not. */
interface Listening {
  api: string | null;
  metrics: string | null;
}
/** Lines of the log that say in fields what stands here in words. */
export const SAID_IN_WORDS: ReadonlySet<string> = new Set([
  'api.listening',
  'metrics.listening',
  'service.started',
]);
const MOST_NAMES = 8;

/** What a person at the terminal wants to know of a service that has just started: what it watches, whom it tells, and where to look. */
export function welcome(
  { origins, trails, subscriptions, store, publicUrl }: Watched,
  { api, metrics }: Listening,
  jobs: number,
  pid: number,
): string[] {
  const page = publicUrl ?? api;
  const found = trails.length > 0 ? '; jobs are found in trace records, too' : '';
  const rows: [string, string][] = [
    ['Watches', origins.length > 0 ? `${listed(origins)}: ${counted(jobs, 'job')} now${found}` : 'nothing'],
    ['Tells', subscriptions.length > 0 ? listed(subscriptions) : 'nobody: subscriptions is empty'],
    ...(page !== null && api !== null
      ? ([
          ['Console', page],
          ['', 'sign in with a token: jobchime token create me --scope admin'],
          ['API', `${api}/v1`],
        ] satisfies [string, string][])
      : ([
          ['Console', 'none: api: { listen: 127.0.0.1:8481 } in the configuration opens it, and the API'],
        ] satisfies [string, string][])),
    ['Metrics', metrics ?? 'none: metrics: { listen: 127.0.0.1:9464 } opens them'],
    ['Store', store],
  ];
  return [
    `Jobchime runs as process ${pid}. Ctrl-C ends it when what is in hand is done.`,
    ...rows.map(([name, words]) => `  ${name.padEnd(8)}  ${words}`),
    ...(origins.length > 0 ? [`Hand in a job: jobchime track ${origins[0]} JOB_ID --name web-1`] : []),
    '',
  ];
}

export interface Watched {
  origins: readonly string[];
  /** Where jobs are found. */
  trails: readonly unknown[];
  subscriptions: readonly string[];
  store: string;
  publicUrl: string | undefined;
}
export const watchedIn = ({ origins, trails, subscriptions, store, api }: Config): Watched => ({
  origins: origins.map(({ name }) => name),
  trails,
  subscriptions: subscriptions.map(({ name }) => name),
  store,
  publicUrl: api?.publicUrl,
});

const listed = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ');
