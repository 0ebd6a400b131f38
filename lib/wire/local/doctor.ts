import { existsSync } from 'node:fs';
import packageJson from '../../../package.json' with { type: 'json' };
import { isKnown } from '../../adapters/channels/registry.ts';
import { SES } from '../../adapters/channels/email/feedback.ts';
import { tryServer } from '../../adapters/channels/email/smtp.ts';
import { createClouds } from '../../adapters/clouds/client.ts';
import { countsOf, noted, type ServiceCount } from '../../core/discover/counts.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import { hasTemplate } from '../../core/notify/request-settings.ts';
import { isMailbox, type ChannelName } from '../../core/notify/channel.ts';
import { wayOf } from '../../adapters/channels/webhook/way.ts';
import type { Target } from '../../core/notify/subscription.ts';
import type { Http } from '../../adapters/platform/http.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import type { Clock, Clouds, CloudTrail, Store } from '../../ports.ts';
import { openDoors } from '../http.ts';
import { recordCounts } from '../../app/inspect/stats.ts';
import { outOfOrder, type OutOfOrder } from '../../app/inspect/out-of-order.ts';
import { refuseDamaged } from '../../adapters/store/sqlite/sound.ts';
import { withoutThoseNotHad } from './doctor-accounts.ts';
import { openParts } from './parts.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { Finding } from '../../adapters/console/home.ts';
import { senderOf } from '../sender-of.ts';

export type { Finding };
type Verdict = Omit<Finding, 'what'>;

/** Ids of the two forms there are, which no job has: a service that answers that it does not know them has let us in. */
const IMPOSSIBLE = ['00000000000000000000000000000000', '00000000-0000-0000-0000-000000000000'];
const REACH_MS = 10_000;
const DAY_MS = 86_400_000;

/** Tries every origin and every channel of the configuration. Checks no job that there is, and sends no message. */
export const examine = (config: Config, secrets: Secrets, clock: Clock = Date.now): Promise<Finding[]> =>
  examineHome(config, secrets, {
    clock,
    silent: () => silentTargets(config, secrets),
    counted: (trail) => countedRecords(config, secrets, trail, clock()),
  });

/** The same for the service that runs on these parts. */
export const examineBeside = (
  config: Config,
  secrets: Secrets,
  parts: { store: Pick<Store, 'origins'> } & Parameters<typeof outOfOrder>[0],
): Promise<Finding[]> =>
  examineHome(config, secrets, {
    clock: parts.clock,
    silent: async () => (await outOfOrder(parts)).map(silence),
    counted: (trail) => recordCounts(parts.store.origins, [trail], parts.clock()),
  });

interface Home {
  clock: Clock;
  /** What is sent nothing now. */
  silent: () => Promise<Finding[]>;
  /** What the service has read of an account's records; empty where it has read none. */
  counted: (trail: string) => Promise<ServiceCount[]>;
}

/** The same, wherever the store is. */
export async function examineHome(
  config: Config,
  secrets: Secrets,
  { clock, silent: find, counted }: Home,
): Promise<Finding[]> {
  const doors = openDoors({ config, secrets });
  const telemetry = { line: () => {} };
  const clouds = createClouds(
    config.origins,
    { http: doors.clouds, secrets, clock, telemetry },
    config.trails,
  );
  const origins = config.origins.map(async (one) => {
    const seen = await seenOf(clouds, one);
    return { origin: one, seen, finding: { what: `origin ${one.name}`, ...verdictOf(seen) } };
  });
  const findings = [
    ...(clouds.trails ?? []).map(async (trail) => ({
      what: `origin ${trail.discovery.origin}`,
      ...(await records(trail, clock(), counted)),
    })),
    // Mail is tried once for all addresses: whether one of them exists, only sending shows.
    ...config.subscriptions
      .filter(({ channel, fault }) => !isMailbox(channel) && fault !== 'locked')
      .flatMap(({ name, channel, targets }) =>
        targets.map(async (target) => ({
          what: `subscription ${name} (${channel})`,
          ...(await reachable(channel, target, doors.targets, clock)),
        })),
      ),
    ...(config.mail ? [mail(config.mail)] : []),
  ];
  const silent = find();
  try {
    const tried = withoutThoseNotHad(await Promise.all(origins), config);
    const found = await Promise.all(findings);
    return [...tried, ...found, ...(await templates(config)), ...(await silent)];
  } finally {
    await doors.close();
  }
}

async function seenOf(
  clouds: Clouds,
  { name, projectId }: { name: string; projectId: string },
): Promise<Observation> {
  let seen: Observation | null = null;
  for (const jobId of IMPOSSIBLE) {
    seen = await clouds.check({ origin: name, projectId, jobId });
    // A service may refuse the form of an id before it looks for the job.
    if (seen.kind !== 'malformed') break;
  }
  return seen!;
}

/** Whether what others start in the project can be found, and in which services: the records of a call need not have its job's id. */
async function records(trail: CloudTrail, now: number, counted: Home['counted']): Promise<Verdict> {
  const page = await trail.page({ from: now - DAY_MS, to: now, marker: null });
  if ('kind' in page) {
    const verdict = verdictOf(page);
    return page.kind === 'denied' && page.clockAheadMs === undefined
      ? { ...verdict, fix: `${verdict.fix!} It needs the right to read traces, too (docs/discovery.md).` }
      : verdict;
  }
  // The service has read all of the day, and `jobchime stats` says the same.
  const read = await counted(trail.discovery.origin);
  const ofPage = countsOf(
    noted([], page.traces, ({ at }) => at ?? now, now),
    now,
  );
  const counts = (read.length > 0 ? read : ofPage).map(
    ({ service, withId, results, withoutId }) => `${service} ${withId} of ${withId + results + withoutId}`,
  );
  if (counts.length === 0) return good('its records can be read; nobody has called anything in the last day');
  const isWhole = read.length > 0 || page.next === null;
  const which = isWhole ? 'of the last day' : `of the newest ${page.traces.length} calls`;
  return good(`its records can be read; calls with a job id, ${which}: ${counts.join(', ')}`);
}

const good = (says: string): Verdict => ({ ok: true, says });
/** The clouds' own words may end in a full stop; what to do is said behind one. */
const bad = (says: string, fix: string): Verdict => ({ ok: false, says: says.replace(/[.\s]+$/, ''), fix });

/** What the answer about a job that cannot be says of the origin. */
export function verdictOf(seen: Observation): Verdict {
  switch (seen.kind) {
    case 'not_found':
      return seen.proof === 'confirmed'
        ? good('route, credentials and project are right')
        : good(
            `lets us in, and knows no such job (${seen.detail}); the first job will show that the route is right`,
          );
    case 'denied':
      return bad(seen.detail, deniedFix(seen.detail, seen.clockAheadMs));
    case 'misrouted':
      return bad(seen.detail, 'Check endpoint, cloud, region and dialect of this origin.');
    case 'unavailable':
      return bad(
        seen.detail,
        proxyFix(seen.detail) ??
          'Check the host of its endpoint, the network and what stands between; or the cloud is down.',
      );
    case 'throttled':
      return bad(seen.detail, 'Try again later. If it stays so, others use up the quota of this account.');
    case 'malformed':
      // In words of its own, and not those of the gateway: so the request reached it.
      return /^HTTP 4\d\d [\w.]+/.test(seen.detail)
        ? good(`lets us in, and refuses an id that no job has (${seen.detail})`)
        : bad(seen.detail, 'Check endpoint and dialect: this is not how the service answers.');
    default:
      return good('it answers');
  }
}

function deniedFix(detail: string, clockAheadMs: number | undefined): string {
  if (clockAheadMs !== undefined) return "Set this machine's clock, and keep it right with NTP.";
  if (/^IAM: .*\bproject\b/is.test(detail))
    return 'Check project of this origin: an id, not a name; with an agency one of the other account.';
  if (detail.startsWith('IAM: ')) return 'Check user, domain, password, agency and project of this origin.';
  return 'Check credentials and project of this origin, and that its user may read jobs (docs/clouds.md).';
}

/** A request that did not get past the proxy shows nothing of the host behind it. */
const proxyFix = (detail: string): string | null =>
  /\bthe proxy \S+ on the way to\b/.test(detail)
    ? 'Check network.proxy, or HTTPS_PROXY and HTTP_PROXY; add hosts to reach directly to network.no_proxy or NO_PROXY.'
    : null;

async function reachable(channel: ChannelName, target: Target, http: Http, clock: Clock): Promise<Verdict> {
  const address = target.address();
  const { tryTarget } = isKnown(channel) ? await senderOf(channel) : {};
  if (tryTarget) {
    const { exchange } = http;
    const found = await tryTarget({ exchange, version: packageJson.version }, address, clock());
    return found.ok ? found : bad(found.says, found.fix ?? '');
  }
  const trouble = await http.reach(address, REACH_MS, wayOf(target.request ?? {}));
  return trouble
    ? bad(
        `${trouble.reason}: ${trouble.detail}`,
        proxyFix(trouble.detail) ?? 'Check the host of its target, and that it can be reached from here.',
      )
    : good('can be connected to; nothing was sent, so whether it takes messages is not known');
}

/** What fills templates in is large, and few have one. */
async function templates({ subscriptions }: Config): Promise<Finding[]> {
  if (!subscriptions.some(hasTemplate)) return [];
  const { findingsOfTemplates } = await import('./templates.ts');
  return findingsOfTemplates(subscriptions);
}

async function mail(settings: NonNullable<Config['mail']>): Promise<Finding> {
  const what = 'mail';
  if (SES.test(settings.host))
    return { what, ...good('goes through SES; whether its sender is verified, a drill shows') };
  const receipt = await tryServer({ ...settings, deadlineMs: REACH_MS });
  if (receipt.kind === 'sent') return { what, ...good('the server lets us in; nothing was sent') };
  const fix =
    receipt.reason === 'auth_error'
      ? 'Check mail.user and mail.password.'
      : /certificate/i.test(receipt.detail)
        ? 'Give the certificate of the server, or of who signed it, as mail.tls.ca: file:/path.'
        : 'Check mail.host, mail.port and mail.secure, and the network.';
  return { what, ...bad(`${receipt.reason}: ${receipt.detail}`, fix) };
}

/** Whether the store is sound, and to what the service sends nothing now. Nothing is found out where there is no store yet. */
async function silentTargets(config: Config, secrets: Secrets): Promise<Finding[]> {
  if (!existsSync(config.store)) return [];
  try {
    refuseDamaged(config.store);
    const { parts, close } = openParts(config, secrets, { line: () => {} });
    try {
      return (await outOfOrder(parts)).map(silence);
    } finally {
      await close();
    }
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return [{ what: 'store', ok: false, says: says.replace(/[.\s]+$/, '') }];
  }
}

/** As far as there is a store, and it can be read: what is wrong with it is found beside this. */
async function countedRecords(
  config: Config,
  secrets: Secrets,
  trail: string,
  now: number,
): Promise<ServiceCount[]> {
  if (!existsSync(config.store)) return [];
  try {
    refuseDamaged(config.store);
    const { parts, close } = openParts(config, secrets, { line: () => {} });
    try {
      return await recordCounts(parts.store.origins, [trail], now);
    } finally {
      await close();
    }
  } catch {
    return [];
  }
}

/** Only what nobody wanted is wrong. */
export function silence({ subscription, channel, target, state, reason, held, resume }: OutOfOrder): Finding {
  const what = `subscription ${subscription} (${channel})`;
  const kept = held > 0 ? `; ${held} held` : '';
  const says = `${target} is ${state}${reason && reason !== state ? ` (${reason})` : ''}${kept}`;
  const fix = resume ? `${FIRST[state]}\`${resume}\` sends what is held.` : FIRST[state];
  return { what, ok: !['disabled', 'locked', 'unverified', 'invalid'].includes(state), says, fix };
}
const FIRST: Record<OutOfOrder['state'], string> = {
  disabled: 'Repair the target, or give it another one. It is tried once an hour; ',
  unsubscribed: 'Take the address out of the subscription. Only if its owner asks for mails again: ',
  paused: 'Somebody paused it: ',
  unverified: 'Its receiver has not answered the challenge, and can do so (docs/api.md): ',
  locked: 'Configure the api.secret_key that it was made with.',
  invalid: 'Its pattern cannot be used: give it another one, or remove it.',
};
