/** The whole way on AWS: jobs are submitted over the bus, checked, settled, published, routed and delivered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import type { Delivery } from '../../../lib/core/notify/delivery.ts';
import { PROJECT, jobId, START } from '../../kit.ts';
import { openAt } from '../../adapters/store/dynamodb/dynalite.ts';
import type { Packaged } from './packaged.ts';
import { startWorld, type Left, type WorldOptions } from './world.ts';

const NAME = '/jobchime/dev/config';
const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const config = (at: string, ...names: string[]): string => `
origins:${names.map((name) => originAt(at, name)).join('')}
subscriptions:
  everybody: { on: endings, channel: webhook, target: '${at}/hook', signing_keys: ['ssm:/jobchime/dev/webhook/key'] }
  ops: { on: failures, channel: slack, token: 'ssm:/jobchime/dev/slack/bot', to: C0123456789, api: '${at}/slack/api/' }
  team: { on: failures, channel: email, to: [ops@example.com] }
mail: { host: email.eu-central-1.amazonaws.com, from: jobchime@example.com }
allow_private: [127.0.0.1]
log_level: error
`;

/** What a dead function had taken out of its queue comes back by then. */
const TOO_LONG_MS = 100 * 60_000;

const originAt = (at: string, name: string): string => `
  ${name}:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: ${at}/cloud
    project: '${PROJECT}'
    auth: { token: 'ssm:/jobchime/dev/clouds/token' }
    rate: 100 # time stands still here, so no request may wait for its turn`;

const POSTED = JSON.stringify({ ok: true, channel: 'C0123456789', ts: '1772366700.000001' });

/** The second check finds the end; the second job has failed. */
function answerOf(path: string, checks: Map<string, number>): object {
  const id = path.split('/').at(-1)!;
  const nth = (checks.get(id) ?? 0) + 1;
  checks.set(id, nth);
  const status = nth < 2 ? 'RUNNING' : id === jobId(2) ? 'FAIL' : 'SUCCESS';
  const error = status === 'FAIL' ? { error_code: 'Ecs.0204', fail_reason: 'quota exceeded' } : {};
  return {
    job_id: id,
    job_type: 'createServer',
    status,
    begin_time: '2026-03-01T12:00:01Z',
    entities: {},
    ...error,
  };
}

/** The clouds and the channels, which go on whatever becomes of Jobchime. */
export interface Peers {
  at: string;
  /** How often a job was asked about. */
  checks: Map<string, number>;
  sent: string[];
  /** Called with each message that they take. */
  heard: () => void;
  close(): void;
}

export async function startPeers(): Promise<Peers> {
  const server = createServer((req, res) => {
    req.resume().on('end', () => {
      if (req.url!.startsWith('/cloud')) return res.end(JSON.stringify(answerOf(req.url!, peers.checks)));
      peers.sent.push(String(req.headers['webhook-id'] ?? req.url));
      peers.heard();
      return res.end(req.url!.startsWith('/slack') ? POSTED : 'ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const peers: Peers = {
    at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    checks: new Map(),
    sent: [],
    heard: () => {},
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return peers;
}

/** What a function leaves behind that dies after an effect. */
export interface LeftOnWay {
  world: Left;
  now: number;
  checks: ReadonlyMap<string, number>;
  sent: readonly string[];
}

export interface Walked {
  effects: number;
  sent: string[];
  rows: Delivery[];
}

/** What else happens on the way. */
export interface Troubles {
  /** At the beginning. */
  begin: (world: Awaited<ReturnType<typeof startWorld>>) => void;
  /** How many dead letters there are in the end, by queue. */
  dead: Record<string, number>;
  /** A job of an origin that is configured only while there is work. */
  newcomer: number;
}

export interface WalkOptions extends Partial<Omit<WorldOptions, 'from'>> {
  jobs?: number;
  troubles?: Troubles;
  /** Those of another walk, whose addresses are in the rows. */
  peers?: Peers;
  /** Goes on from there, with functions that know of nothing. */
  from?: LeftOnWay;
  /** Takes what each effect leaves behind, in order. */
  lefts?: LeftOnWay[];
  /** The function that has this effect dies with it, and all others go on with what they know. */
  diesAfter?: number;
}

/**
 * Walks the way, and checks the promise: each end is sent to everybody who wants it, once, and a message went out twice only where
 * its row says `uncertain`.
 */
export async function walk(
  template: Packaged['template'],
  { jobs: count = 3, troubles, peers: given, from, lefts, diesAfter, ...over }: WalkOptions = {},
): Promise<Walked> {
  vi.useFakeTimers({ toFake: ['Date'], now: from?.now ?? START });
  // What fails on the way is told.
  const quiet = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  // The dead go on for a moment, and reach nobody: the SDK wonders whose queue they mean.
  const wonders = vi.spyOn(console, 'warn').mockReturnValue();
  let effects = 0;
  const peers = given ?? (await startPeers());
  peers.checks = new Map(from?.checks);
  peers.sent = [...(from?.sent ?? [])];
  peers.heard = () => world.affect();
  const { at, sent } = peers;
  const parameters = new Map([
    [NAME, config(at, 'hwc-ecs')],
    ['/jobchime/dev/clouds/token', 'token-of-many-characters'],
    ['/jobchime/dev/webhook/key', KEY],
    ['/jobchime/dev/slack/bot', 'xoxb-1234567890-ABCDEFGHIJ-klmnopqrstuv'],
  ]);
  const effect = (): boolean => {
    effects += 1;
    lefts?.push({ world: world.left(), now: Date.now(), checks: new Map(peers.checks), sent: [...sent] });
    return effects === diesAfter;
  };
  const world = await startWorld({
    template,
    parameters,
    effect,
    ...over,
    ...(from && { from: from.world }),
  });
  const store = openAt(world.dynamo.endpoint, world.table, Date.now);
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

  const handIn = (origin: string, these: readonly number[]): void => {
    const Detail = JSON.stringify({ origin, projectId: PROJECT, jobIds: these.map(jobId) });
    world.publish({ Source: 'terraform', DetailType: 'job.submitted', Detail });
  };
  const first = Array.from({ length: count }, (_, n) => n + 1);
  if (!from) handIn('hwc-ecs', first);
  troubles?.begin(world);
  if (troubles) handIn('hwc-new', [troubles.newcomer]);
  const nths = [...first, ...(troubles ? [troubles.newcomer] : [])];
  const isOver = async (): Promise<boolean> => {
    const waiting = await Promise.all(
      [store.jobs, store.deliveries].map((it) => it.queues('', Number.MAX_SAFE_INTEGER, 1)),
    );
    const tracked = (await store.jobs.list({ limit: 10 })).rows.length;
    const hidden = [...world.queues].some(
      ([id, { messages }]) => id.endsWith('Queue') && messages.length > 0,
    );
    return tracked === nths.length && waiting.flat().length === 0 && !hidden;
  };
  /** Minutes in which nothing happens are all alike: when a row is due again, or a message is seen again. */
  const nextAt = async (): Promise<number> => {
    const lists = await Promise.all([store.jobs, store.deliveries].map((it) => it.list({ limit: 100 })));
    const due = lists.flatMap(({ rows }) => rows.map((row) => row.due?.at ?? 0));
    const seen = [...world.queues.values()].flatMap(({ messages }) => messages.map((one) => one.visibleAt));
    const coming = [...due, ...seen].filter((at) => at > Date.now());
    return coming.length > 0 ? Math.min(...coming) : Date.now() + 300_000;
  };
  while (Date.now() < START + TOO_LONG_MS && !(await isOver())) {
    const before = effects;
    await world.deliver();
    pass(30_000);
    if (troubles && !parameters.has(`${NAME}:1`)) {
      parameters.set(`${NAME}:1`, parameters.get(NAME)!);
      parameters.set(NAME, config(at, 'hwc-ecs', 'hwc-new'));
    }
    await world.sweep();
    await world.deliver();
    pass(effects === before ? Math.max(30_000, (await nextAt()) - Date.now()) : 30_000);
  }
  const rows = (await store.deliveries.list({ limit: 100 })).rows;
  const places = (await store.places.list({ limit: 100 })).rows;
  const jobs = (await store.jobs.list({ limit: 100 })).rows;
  const dead = [...world.queues]
    .filter(([id, { messages }]) => !id.endsWith('Queue') && messages.length > 0)
    .map(([id, { messages }]) => [id, messages.length]);
  await store.close();
  await world.close();
  if (!given) peers.close();
  quiet.mockRestore();
  wonders.mockRestore();
  vi.useRealTimers();

  expect(jobs.map((job) => job.state).toSorted()).toEqual([
    'failed',
    ...nths.slice(1).map(() => 'succeeded'),
  ]);
  const expected = [...nths.map((n) => `everybody ${jobId(n)}`), `ops ${jobId(2)}`, `team ${jobId(2)}`];
  expect(rows.map((r) => `${r.subscription} ${r.event.subject.split('/')[2]}`).toSorted()).toEqual(
    expected.toSorted(),
  );
  expect(rows.every((row) => row.state === 'delivered')).toBe(true);
  expect(new Set(rows.map((row) => row.event.metadata.id)).size).toBe(nths.length);
  for (const row of rows) {
    const times =
      row.channel === 'email'
        ? world.mails.length
        : sent.filter((id) => id === (row.channel === 'slack' ? '/slack/api/chat.postMessage' : row.id))
            .length;
    const uncertain = row.attempts.filter((attempt) => attempt.reason === 'uncertain').length;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(1 + uncertain);
  }
  // The bot knows where it has posted.
  expect(places).toMatchObject([{ state: 'posted', spot: { ts: '1772366700.000001' } }]);
  expect(Object.fromEntries(dead)).toEqual(troubles?.dead ?? {});
  return { effects, sent, rows };
}
