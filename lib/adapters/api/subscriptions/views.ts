import { windowsOf, writtenWindows } from '../../../core/input/window-fields.ts';
import type { Endpoint } from '../../../core/notify/endpoint.ts';
import { presetOf } from '../../../core/notify/presets.ts';
import type { StoredRequest } from '../../../core/notify/stored-request.ts';
import {
  endpointOf,
  rawPattern,
  type Definition,
  type StoredSubscription,
} from '../../../core/notify/stored-subscription.ts';
import { readerOf } from '../../../core/notify/reader.ts';
import type { Subscription } from '../../../core/notify/subscription.ts';
import type { KnownChannel } from '../../channels/registry.ts';
import type { ApiDeps, Meant } from '../deps.ts';
import type { SubscriptionView } from './answers.ts';
import { iso } from '../iso.ts';

type Shown = Pick<SubscriptionView, 'targets' | 'held'>;

/** What is known of a target; a failure or two are not shown yet. */
function stateOf(row: Endpoint | null | undefined): Omit<Shown['targets'][number], 'shown'> {
  if (row?.state === 'disabled') return { state: 'disabled', reason: row.reason, since: iso(row.since) };
  if (!row?.outage?.failing) return { state: 'ok', reason: null, since: null };
  return { state: 'failing', reason: row.reported?.reason ?? null, since: iso(row.outage.since) };
}

/** Of what may let one in only the names. */
function requestView(request: StoredRequest) {
  const { headers, secrets, auth, key: _, timeoutMs, ...plain } = request;
  return {
    ...plain,
    ...(headers && { headers: Object.keys(headers) }),
    ...(secrets && { secrets: Object.keys(secrets) }),
    ...(auth && { auth: true as const }),
    ...(timeoutMs !== undefined && { timeoutSeconds: timeoutMs / 1_000 }),
  };
}

/** Subscriptions as they are shown: what they are, and how their targets are. Never an address that is a secret. */
export function createSubscriptionViews({ store, subscriptions, useCases, clock }: ApiDeps) {
  async function healthOf(id: string, { channel, targets }: Meant): Promise<Shown> {
    const rows = await Promise.all(targets.map((target) => useCases.endpointRow(channel, target)));
    return {
      held: await useCases.heldFor(id),
      targets: targets.map(({ shown }, i) => ({ shown, ...stateOf(rows[i]) })),
    };
  }

  const keysOf = (lasting: number, old: readonly { until: number }[]) => [
    ...Array.from({ length: lasting }, () => ({ until: null })),
    ...old.flatMap(({ until }) => (until > clock() ? { until: iso(until) } : [])),
  ];

  async function ofRow(row: StoredSubscription, definition: Definition): Promise<SubscriptionView> {
    const {
      name,
      on,
      channel,
      shown,
      signingKeys,
      oldKeys = [],
      rotation,
      request,
      verification,
    } = definition;
    const targets = [{ endpoint: endpointOf(definition), shown }];
    const opened =
      row.state === 'active' ? (await subscriptions.all()).find((one) => one.id === row.key) : null;
    return {
      id: row.key,
      name,
      from: 'api',
      state: opened?.fault ?? row.state,
      on,
      pattern: rawPattern(definition),
      channel: channel as KnownChannel,
      ...(definition.ordered && { ordered: true as const }),
      ...readerOf(definition),
      ...(definition.fold && { fold: definition.fold }),
      ...writtenWindows(windowsOf(definition) ?? {}),
      ...(definition.template && { template: definition.template }),
      ...(definition.mention && { mention: definition.mention }),
      ...(await healthOf(row.key, { channel, targets })),
      ...(signingKeys.length > 0 && { keys: keysOf(signingKeys.length, oldKeys) }),
      ...(request && { request: requestView(request) }),
      ...(rotation && { rotated: { at: iso(rotation.at), by: rotation.by } }),
      ...(verification && {
        verification: {
          state: verification.state,
          at: iso(verification.at),
          by: verification.by ?? null,
          detail: verification.why ?? null,
        },
      }),
      createdAt: iso(row.createdAt),
    };
  }

  const ofConfig = async ({
    id,
    name,
    pattern,
    channel,
    targets,
    paused,
    fault,
    ordered,
    fold,
    windows = {},
  }: Subscription): Promise<SubscriptionView> => ({
    id,
    name,
    from: 'config',
    state: fault ?? (paused ? 'paused' : 'active'),
    on: presetOf(pattern.raw),
    pattern: pattern.raw,
    channel: channel as KnownChannel,
    ...(ordered && { ordered }),
    ...targets[0]?.reader,
    ...(fold && { fold }),
    ...writtenWindows(windows),
    ...(targets[0]?.words && { template: targets[0].words }),
    ...(targets[0]?.mention && { mention: targets[0].mention }),
    ...(await healthOf(id, { channel, targets })),
    ...(targets[0]?.signingKeys && { keys: keysOf(targets[0].signingKeys.length, []) }),
    createdAt: null,
  });

  const configured = async (): Promise<Subscription[]> =>
    (await subscriptions.all()).filter((one) => !isMadeHere(one.id));

  async function one(id: string): Promise<SubscriptionView | null> {
    const row = isMadeHere(id) ? await store.subscriptions.get(id) : null;
    if (row?.definition) return ofRow(row, row.definition);
    const fixed = (await configured()).find((subscription) => subscription.id === id);
    return fixed ? ofConfig(fixed) : null;
  }

  /** Those of the configuration come on the first page, beyond its limit: they are few, and all there. */
  async function page(
    limit: number,
    cursor?: string,
  ): Promise<{ items: SubscriptionView[]; next: string | null }> {
    const { rows, next } = await store.subscriptions.list({ limit, ...(cursor && { after: cursor }) });
    const fixed = cursor ? [] : await configured();
    const made = rows.flatMap((row) => (row.definition ? [ofRow(row, row.definition)] : []));
    return { items: [...(await Promise.all(fixed.map(ofConfig))), ...(await Promise.all(made))], next };
  }

  return { one, ofRow, page };
}

/** Names in the configuration have no underscore. */
const isMadeHere = (id: string): boolean => id.startsWith('sub_');
