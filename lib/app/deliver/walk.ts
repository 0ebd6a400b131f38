import { change, stop } from '../../core/change.ts';
import { isMailbox } from '../../core/notify/channel.ts';
import type { Asked, Delivery } from '../../core/notify/delivery.ts';
import { withAsked } from '../../core/notify/asked.ts';
import { matches } from '../../core/notify/pattern.ts';
import { envelope } from '../../core/notify/presets.ts';
import {
  askedBy,
  counted,
  isItsTurn,
  isPartOf,
  wantsDelivery,
  wantsEvent,
  type Outcome,
  type Recovery,
} from '../../core/notify/recovery.ts';
import { route } from '../../core/notify/route.ts';
import type { Subscription } from '../../core/notify/subscription.ts';
import type { Event } from '../../core/jobs/event.ts';
import { pagesOf } from '../../core/pages-of.ts';
import { pool } from '../../core/pool.ts';
import type { WhereDeps } from './way.ts';
import { createPlacing, type Placing } from './placing.ts';

export interface WalkDeps extends WhereDeps {
  store: WhereDeps['store'];
}

/** How far a walk has come. */
export type Where = Pick<Recovery, 'upTo' | 'reachedAt' | 'slotAt' | 'tried' | 'progress'>;
export type Walking = Where &
  Pick<Recovery, 'key' | 'how' | 'by' | 'which' | 'perSecond' | 'pass'> & {
    /** Of a count: the messages of windows that are counted already. */
    windows?: Set<string>;
  };
export interface Walked extends Where {
  /** What goes out. */
  due: Delivery[];
  /** `gone`: the subscription that was to have the events is not there any more. */
  end: 'no' | 'reached' | 'gone';
}

/** Events looked at in one go: so much is looked at again where a process dies in between. */
const EVENTS = 50;
const CONCURRENCY = 16;
const PAGE = 200;
/** Events do not come quite in the order of their times: processes and their clocks differ. */
const OUT_OF_ORDER_MS = 60_000;

/**
 * Looks at the next events, and does to their deliveries what was asked, or only counts that. What is done to a delivery is one
 * conditional write with the recovery's mark in it: looked at again, it is counted and nothing is done.
 */
export async function walk(deps: WalkDeps, from: Walking, how: 'do' | 'count'): Promise<Walked> {
  const { which } = from;
  const rows = await deps.store.events.feed(from.upTo, EVENTS, which.since);
  const meant = rows.filter((row) => wantsEvent(which, row) && (how === 'count' || isItsTurn(from, row)));
  const there = await pool(meant, CONCURRENCY, (row) => deliveriesOf(deps, row.key));
  const subscription = (await deps.subscriptions.all()).find(({ id }) => id === which.subscription);
  const due: Delivery[] = [];
  if (from.how === 'replay' && !subscription) return { ...from, due, end: 'gone' };

  const placing = createPlacing(deps, from);
  const page: Page = { deps, from, placing, due, how };
  let { progress } = from;
  for (const [i, { event }] of meant.entries()) {
    const outcomes =
      from.how === 'replay'
        ? await replay(page, event, subscription!, there[i]!)
        : await recover(page, event, there[i]!);
    progress = counted(progress, outcomes);
  }
  const last = rows.at(-1);
  const isOver = last
    ? last.createdAt > which.until + OUT_OF_ORDER_MS
    : deps.clock() >= which.until + deps.store.events.settlesMs;
  return {
    upTo: last?.key ?? from.upTo,
    reachedAt: last ? Math.min(last.createdAt, which.until) : isOver ? which.until : from.reachedAt,
    ...placing.state(),
    progress,
    due,
    end: isOver ? 'reached' : 'no',
  };
}

async function deliveriesOf({ store }: WalkDeps, event: string): Promise<Delivery[]> {
  const all: Delivery[] = [];
  const pages = pagesOf((query) => store.deliveries.list({ prefix: `${event}/`, ...query }), PAGE);
  for await (const rows of pages) all.push(...rows);
  return all;
}

interface Page {
  deps: WalkDeps;
  from: Walking;
  placing: Placing;
  due: Delivery[];
  how: 'do' | 'count';
}

/**
 * Lets go what failed or is held. What is told of in the message of a window leads to that message, which has no event in the feed. Somebody
 * else may change a row meanwhile: then it is judged anew.
 */
async function recover(page: Page, event: Event, there: readonly Delivery[]): Promise<Outcome[]> {
  const { deps, from, placing, due, how } = page;
  const by = event.metadata.id;
  const outcomes: Outcome[] = [];
  for (const its of there) {
    const row = its.state === 'bundled' ? await windowOf(page, its) : its;
    if (!row) continue;
    if (isPartOf(row, from.key)) {
      if (!row.window || isPartOf(row, from.key, by)) outcomes.push(asItIs(row));
    } else if (!wantsDelivery(from.which, row)) continue;
    else if (how === 'count') {
      if (from.windows?.has(row.key)) continue;
      if (row.window) from.windows?.add(row.key);
      outcomes.push((await placing.place(row)).outcome);
    } else {
      let outcome: Outcome | null = null;
      const changed = await change(
        deps.store.deliveries,
        row.key,
        async (now) => {
          if (!now || !wantsDelivery(from.which, now)) return stop((outcome = null));
          const placed = await placing.place(now);
          outcome = placed.outcome;
          return 'row' in placed && placed.row !== now
            ? marked(page, placed.row, row.window && { event: by })
            : now;
        },
        row,
      );
      if (changed.outcome === 'gave_up') throw new Error(`${row.key} is changed by others all the time`);
      if (changed.outcome === 'saved' && outcome === 'sent') due.push(changed.row);
      if (outcome) outcomes.push(outcome);
    }
  }
  return outcomes;
}

/** Who sees only some projects has no say about a message of many. */
async function windowOf({ deps, from }: Page, { gathered }: Delivery): Promise<Delivery | null> {
  if (!gathered || from.which.projects !== null) return null;
  return deps.store.deliveries.get(gathered.window);
}

/** Makes what the subscription wants of an event and has not had; what it had at a former address, it has had. */
async function replay(
  page: Page,
  event: Event,
  subscription: Subscription,
  there: readonly Delivery[],
): Promise<Outcome[]> {
  const { deps, from, placing, due, how } = page;
  if (!matches(subscription.pattern, envelope(event))) return [];
  const its = there.filter((row) => row.subscription === subscription.id);
  const had = (row: Delivery): Outcome => (isPartOf(row, from.key) ? asItIs(row) : 'present');
  const outcomes: Outcome[] = [];
  for (const row of route(event, [subscription], deps.clock())) {
    const has = its.find((one) => !isMailbox(row.channel) || one.endpoint === row.endpoint);
    const placed = has ? null : await placing.place(row);
    if (!placed) outcomes.push(had(has!));
    else if (how === 'count' || !('row' in placed)) outcomes.push(placed.outcome);
    else {
      const [stored] = await deps.store.deliveries.create([marked(page, placed.row)]);
      const isNew = stored!.outcome === 'created';
      outcomes.push(isNew ? placed.outcome : had(stored!.row));
      if (isNew && placed.outcome === 'sent') due.push(stored!.row);
    }
  }
  return outcomes;
}

const marked = ({ deps, from }: Page, row: Delivery, more: Pick<Asked, 'event'> = {}): Delivery =>
  withAsked(row, { ...askedBy(from, deps.clock()), ...more });

/** Done by this recovery before it could say so. */
const asItIs = (row: Delivery): Outcome => (row.state === 'held' ? 'kept' : 'sent');
