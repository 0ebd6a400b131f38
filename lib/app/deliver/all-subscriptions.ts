import type { Clock, Store, Subscriptions, Telemetry, WatchedTable } from '../../ports.ts';
import { isMailbox } from '../../core/notify/channel.ts';
import type { Problem } from '../../core/notify/pattern.ts';
import { activeMute, isActive, type Mute } from '../../core/notify/mute.ts';
import { secretsOfRequest } from '../../core/notify/request-settings.ts';
import type { Unseal } from '../../core/notify/notify.ts';
import {
  patternOf,
  toSubscription,
  type Definition,
  type Opener,
  type StoredSubscription,
} from '../../core/notify/stored-subscription.ts';
import type { Secret, Subscription } from '../../core/notify/subscription.ts';

export interface AllSubscriptionsDeps {
  /** Those of the configuration as it is now. */
  fixed: () => readonly Subscription[];
  stored: Pick<WatchedTable<StoredSubscription>, 'all'>;
  /** Left out: nothing can be muted. */
  mutes?: Pick<WatchedTable<Mute>, 'all'>;
  /** Of what is stored. */
  revision: Store['routingRevision'];
  open: Opener;
  /** Opens the URLs that jobs name. */
  unseal?: Unseal | null;
  /** What was opened and is no longer in use. */
  forget: (secret: Secret) => void;
  clock: Clock;
  telemetry: Telemetry;
}

export interface AllSubscriptions extends Subscriptions {
  /** What is stored was changed here; other processes see it a second later. */
  changed(): void;
}

/** Every event and every delivery asks for them, so it is seen once in this time whether they have changed. */
const FRESH_MS = 1_000;
/** What somebody changes in the table by hand moves no revision. */
const HOUR_MS = 3_600_000;

interface Opened {
  row: StoredSubscription;
  subscription: Subscription;
}

/** The subscriptions of the configuration and those made at run time. A secret is opened once, not at every reading. */
export function createSubscriptions(deps: AllSubscriptionsDeps): AllSubscriptions {
  let opened = new Map<string, Opened>();
  let paused = new Set<string>();
  let muted: Mute[] = [];
  let reading: Promise<void> | null = null;
  let seenAt = -Infinity;
  let changes = 0;
  let read = { revision: NaN, at: -Infinity };

  /** The revision first: what changes meanwhile is read, and read once more. */
  async function look(): Promise<void> {
    const at = deps.clock();
    const known = changes;
    const revision = await deps.revision();
    if (revision !== read.revision || Math.abs(at - read.at) >= HOUR_MS) {
      await readAll();
      read = { revision, at };
    }
    // What was changed here meanwhile may not be in it.
    if (known === changes) seenAt = at;
  }

  async function readAll(): Promise<void> {
    const [rows, mutes] = await Promise.all([deps.stored.all(), deps.mutes?.all() ?? []]);
    muted = mutes.filter(({ state }) => state === 'active');
    const before = opened;
    opened = new Map(rows.flatMap((row) => entryOf(row, before)));
    paused = new Set(rows.filter((row) => row.state === 'paused').map((row) => row.key));
    for (const [id, old] of before) if (opened.get(id) !== old) forget(old.subscription);
  }

  function entryOf(row: StoredSubscription, before: ReadonlyMap<string, Opened>): [string, Opened][] {
    if (row.definition === null || row.state === 'confirming') return [];
    const known = before.get(row.key);
    if (known && known.row.version === row.version && known.row.createdAt === row.createdAt) {
      return [[row.key, known]];
    }
    const subscription = toSubscription(row, row.definition, deps.open);
    complain(row.key, row.definition, subscription.fault);
    return [[row.key, { row, subscription }]];
  }

  /** Once for each change of the row: this one alone is at fault, all the others are in force. */
  function complain(id: string, definition: Definition, fault: Subscription['fault']): void {
    // Its creator was told at once.
    if (!fault || fault === 'unverified') return;
    const [problem, fix] =
      fault === 'locked'
        ? ['its secrets cannot be opened with the configured key; what is meant for it is held', LOCKED_FIX]
        : [
            `its pattern matches nothing: ${patternOf(definition).problems.map(inWords).join('; ')}`,
            INVALID_FIX,
          ];
    deps.telemetry.line('error', `subscription.${fault}`, { subscription: id, problem, fix });
  }

  function forget({ targets, channel }: Subscription): void {
    if (isMailbox(channel)) return;
    for (const { address, signingKeys = [], oldKeys = [], request } of targets)
      [address, ...signingKeys, ...oldKeys.map(({ key }) => key), ...secretsOfRequest(request)].forEach(
        deps.forget,
      );
  }

  const looked = (): Promise<void> => (reading ??= look().finally(() => (reading = null)));

  async function fresh(): Promise<void> {
    const age = deps.clock() - seenAt;
    // Below 0 the clock was set back.
    if (age < 0 || age >= FRESH_MS) await looked();
    // It had begun before a change of our own.
    if (seenAt === -Infinity) await looked();
  }

  return {
    ...(deps.unseal && { unseal: deps.unseal }),
    async mutes() {
      await fresh();
      const now = deps.clock();
      return muted.filter((row) => isActive(row, now)).map(activeMute);
    },
    async all() {
      await fresh();
      const fixed = deps.fixed().map((one) => (paused.has(one.id) ? { ...one, paused: true as const } : one));
      return [...fixed, ...[...opened.values()].map((one) => one.subscription)];
    },
    changed() {
      changes += 1;
      seenAt = -Infinity;
    },
  };
}

const LOCKED_FIX = 'configure the api.secret_key that it was made with';
const INVALID_FIX =
  'give it another pattern (PATCH /v1/subscriptions/ID), or: jobchime subscriptions remove ID';
const inWords = ({ path, problem }: Problem): string => `${path} ${problem}`.trim();
