import { pagesOf } from '../../core/pages-of.ts';
import type { Clock, Subscriptions, Table, Telemetry } from '../../ports.ts';
import { isMailbox } from '../../core/notify/channel.ts';
import type { Problem } from '../../core/notify/pattern.ts';
import { activeMute, isActive, type ActiveMute, type Mute } from '../../core/notify/mute.ts';
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
  stored: Table<StoredSubscription>;
  /** Left out: nothing can be muted. */
  mutes?: Table<Mute>;
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

/** Every event and every delivery asks for them, so the table is read once in this time. */
const FRESH_MS = 1_000;
const PAGE = 200;

interface Opened {
  row: StoredSubscription;
  subscription: Subscription;
}

/** The subscriptions of the configuration and those made at run time. A secret is opened once, not at every reading. */
export function createSubscriptions(deps: AllSubscriptionsDeps): AllSubscriptions {
  let opened = new Map<string, Opened>();
  let paused = new Set<string>();
  let muted: ActiveMute[] = [];
  let reading: Promise<void> | null = null;
  let readAt = -Infinity;

  async function read(): Promise<void> {
    const at = deps.clock();
    const [rows, mutes] = await Promise.all([
      allRows(deps.stored),
      deps.mutes ? activeOf(deps.mutes, at) : [],
    ]);
    muted = mutes;
    const before = opened;
    opened = new Map(rows.flatMap((row) => entryOf(row, before)));
    paused = new Set(rows.filter((row) => row.state === 'paused').map((row) => row.key));
    for (const [id, old] of before) if (opened.get(id) !== old) forget(old.subscription);
    readAt = at;
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
    // Whoever made it was told at once.
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

  async function fresh(): Promise<void> {
    const age = deps.clock() - readAt;
    // Below 0 the clock was set back.
    if (age < 0 || age >= FRESH_MS) await (reading ??= read().finally(() => (reading = null)));
  }

  return {
    ...(deps.unseal && { unseal: deps.unseal }),
    async mutes() {
      await fresh();
      return muted;
    },
    async all() {
      await fresh();
      const fixed = deps.fixed().map((one) => (paused.has(one.id) ? { ...one, paused: true as const } : one));
      return [...fixed, ...[...opened.values()].map((one) => one.subscription)];
    },
    changed() {
      readAt = -Infinity;
    },
  };
}

const LOCKED_FIX = 'configure the api.secret_key that it was made with';
const INVALID_FIX =
  'give it another pattern (PATCH /v1/subscriptions/ID), or: jobchime subscriptions remove ID';
const inWords = ({ path, problem }: Problem): string => `${path} ${problem}`.trim();

async function activeOf(mutes: Table<Mute>, now: number): Promise<ActiveMute[]> {
  const active: ActiveMute[] = [];
  const pages = pagesOf((query) => mutes.list({ state: 'active', ...query }), PAGE);
  for await (const rows of pages) active.push(...rows.filter((row) => isActive(row, now)).map(activeMute));
  return active;
}

async function allRows(stored: Table<StoredSubscription>): Promise<StoredSubscription[]> {
  const all: StoredSubscription[] = [];
  for await (const rows of pagesOf(stored.list, PAGE)) all.push(...rows);
  return all;
}
