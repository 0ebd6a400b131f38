import { change, stop } from '../../core/change.ts';
import { briefOf, isFailure, type Brief } from '../../core/notify/brief.ts';
import { rulesOf, type AllRules } from '../../core/notify/channel.ts';
import { isDrillEvent } from '../../core/notify/drill.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import { newEndpoint, type Endpoint } from '../../core/notify/endpoint.ts';
import { isAdHoc } from '../../core/notify/notify.ts';
import type { Subscription, Target } from '../../core/notify/subscription.ts';
import { closingAt, gathered, mayBeGathered, newWindow } from '../../core/notify/window.ts';
import { mutedUntil } from '../../core/notify/mute.ts';
import {
  beforeQuiet,
  fewAfter,
  isUrgent,
  rolledUp,
  rollupOf,
  timedWindow,
  type Gathering,
  type Rollup,
} from '../../core/notify/windows.ts';
import { hasMessage, type LivingDeps } from './living.ts';
import { eventOf, type WhereDeps } from './way.ts';

export interface GatherDeps extends WhereDeps {
  store: WhereDeps['store'] & LivingDeps['store'];
  rules: AllRules;
  /** Hears of what got a time of its own for which nobody has been rung. */
  planned?: (row: Delivery) => Promise<void>;
}

/** `single`: it speaks for itself. */
export type Gathered =
  | { outcome: 'gathered' | 'raced' }
  | { outcome: 'single'; endpoint: Endpoint; rollup: Rollup | null };

interface Sent {
  row: Delivery;
  subscription: Subscription | undefined;
  target: Target;
  endpoint: Endpoint;
  /** It waits for one that is in this window: it may go in there, and into no other. */
  within?: string | null;
}

/** Windows of one id: one more for each that closed while somebody was on the way to it. */
const MAX_NTH = 20;

/**
 * Puts a delivery into the window that it belongs to, if it belongs to one:
 * 1. the target's row says which window is open, so a worker that opens one, or has it close earlier, writes that first;
 * 2. the window's own row is made unless it is there;
 * 3. the delivery waits for it. Killed before that, it is still due, and gathered anew.
 * Where the window closes between the last two, it does not name the delivery, which is then let out.
 */
export async function gather(deps: GatherDeps, sent: Sent): Promise<Gathered> {
  const { row, subscription, target } = sent;
  let { endpoint } = sent;
  const rollup = subscription ? rollupOf(subscription, rulesOf(deps.rules, row.channel)) : null;
  const counts = mayBeGathered(row) && !isUrgent(row.event) ? rollup : null;
  const single = () => ({ outcome: 'single', endpoint, rollup: counts }) as const;
  if (!subscription || !mayBeGathered(row)) return single();
  const { windows = {} } = subscription;
  const mutes = (await deps.subscriptions.mutes?.()) ?? [];
  if (!rollup && !windows.digest && !windows.quiet && mutes.length === 0) return single();
  const event = await eventOf(deps, row);
  // The worker that is to send it finds the same; and a test of the way must show it now.
  if (!event || isDrillEvent(event)) return single();
  const brief = briefOf(event);
  const { kind } = event;
  const seen = { kind, isFailure: isFailure(brief), since: row.createdAt, alone: row.alone === true };
  const put = async (gathering: Gathering): Promise<Gathered> => {
    const outcome = await putInto(deps, { ...sent, subscription }, gathering, brief);
    return outcome === 'elsewhere' ? single() : { outcome };
  };
  const now = deps.clock();
  const few = fewAfter(windows, rollup);
  const timed =
    mutedUntil(mutes, event, subscription.id, { ...seen, few, windows }, now) ??
    timedWindow(windows, rollup, seen, now);
  if (timed) return put(timed);
  if (!counts || row.alone) return single();
  // It is told where its message stands, which must not go on saying what is no longer so; of those there are few.
  if (await hasMessage(deps, row, target, event)) return { outcome: 'single', endpoint, rollup: null };
  let gathering = null as Gathering | null;
  const { outcome } = await change(
    deps.store.endpoints,
    endpoint.key,
    (there) => {
      endpoint = there ?? newEndpoint(row, deps.clock());
      const wanted = rolledUp(endpoint, counts, seen, deps.clock());
      gathering = wanted && beforeQuiet(wanted.gathering, windows, seen);
      return wanted && wanted.row !== endpoint ? wanted.row : there;
    },
    endpoint.version > 0 ? endpoint : null,
  );
  // Others keep changing its target: it is sent on its own.
  return gathering && outcome !== 'gave_up' ? put(gathering) : single();
}

async function putInto(
  deps: GatherDeps,
  sent: Sent & { subscription: Subscription },
  gathering: Gathering,
  brief: Brief,
): Promise<'gathered' | 'raced' | 'elsewhere'> {
  const window = await windowFor(deps, sent, gathering);
  if (sent.within && window.key !== sent.within) return 'elsewhere';
  const saved = await deps.store.deliveries.save(gathered(sent.row, window, brief));
  return saved.outcome === 'saved' ? 'gathered' : 'raced';
}

/** The window as it is stored, open and closing in time. */
async function windowFor(
  deps: GatherDeps,
  { row, subscription, target }: Sent & { subscription: Subscription },
  gathering: Gathering,
): Promise<Delivery> {
  const { deliveries } = deps.store;
  const job = isAdHoc(subscription.id) ? (row.via ?? row.event.subject) : null;
  for (let nth = 0; nth < MAX_NTH; nth += 1) {
    const wanted = newWindow(gathering, { subscription, target, job }, nth, deps.clock());
    const opened = await change(deliveries, wanted.key, (there) => {
      if (there && there.state !== 'gathering') return stop('closed' as const);
      return there ? closingAt(there, gathering.closesAt) : wanted;
    });
    if (opened.outcome === 'saved') await deps.planned?.(opened.row);
    if ('row' in opened && opened.row) return opened.row;
    if (opened.outcome === 'gave_up') break;
  }
  throw new Error(`the window of ${row.key} is changed by others all the time`);
}
