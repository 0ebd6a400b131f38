import { windowsOf, type WindowFields } from '../input/window-fields.ts';
import { EXPIRE_QUEUE, type Due, type Row } from '../row.ts';
import { isMailbox } from './channel.ts';
import { endpointId } from './endpoint.ts';
import { compilePattern, unusable, type Pattern, type Problem } from './pattern.ts';
import { PRESETS, type Preset } from './presets.ts';
import { fromStored, type StoredRequest } from './stored-request.ts';
import type { OwnWords } from './own-words.ts';
import { readerOf, type Lang } from './reader.ts';
import type { ChannelName, Secret, Subscription } from './subscription.ts';

/**
 * A subscription as the table has it. Those of the configuration have a row only while they are paused; what they are
 * stands in the file.
 */
export interface StoredSubscription extends Row {
  /** `confirming`: the owner of the mail address has not agreed yet, and nothing is sent. */
  state: 'active' | 'paused' | 'confirming';
  definition: Definition | null;
}

export interface Definition {
  name: string;
  /** Either a preset or a pattern as it was written. */
  on: Preset | null;
  pattern: unknown;
  channel: ChannelName;
  ordered?: boolean;
  fold?: WindowFields['fold'];
  /** When its events are gathered, as it was written. */
  rollup?: WindowFields['rollup'];
  digest?: WindowFields['digest'];
  quiet?: WindowFields['quiet'];
  lang?: Lang;
  zone?: string;
  template?: OwnWords;
  /** Whom its failures call. */
  mention?: string[];
  endpoint: string;
  shown: string;
  /** Sealed; a mail address, which is shown anyway, is written as it is. */
  address: string;
  /** Sealed, the newest first; of a bot the secret that it shows for its signature. */
  signingKeys: string[];
  /** What they replaced, while messages are signed with these too; left out: nothing. */
  oldKeys?: OldKey[];
  rotation?: Rotation;
  /** Left out: it gets what every receiver gets. */
  request?: StoredRequest;
  /** Whether its receiver wants messages; left out: it needs not be asked, or was there before anybody was. */
  verification?: Verification;
  /** Hash of the secret in the link that was mailed, and until when that link is good. */
  confirmation: { hash: string; until: number } | null;
}

/** A key that another one has followed. Sealed; good until then, in epoch milliseconds. */
export interface OldKey {
  key: string;
  until: number;
}

/** Who made the newest key, and when. */
export interface Rotation {
  at: number;
  by: string;
  /** The request with an `Idempotency-Key` that asked for it: its repetition gets the same key. */
  request: string | null;
}

/** `unverified`: what is meant for it is kept until its receiver has answered the challenge. */
export interface Verification {
  state: 'unverified' | 'verified' | 'skipped';
  /** Of the last answer, or of the wish to do without. */
  at: number;
  /** Who wanted to do without. */
  by?: string;
  /** Why the last answer was none. */
  why?: string;
}

/** A row that was written when capitals counted has the former id of its mail address. */
export const endpointOf = ({ channel, endpoint, address }: Definition): string =>
  isMailbox(channel) ? endpointId(channel, address) : endpoint;

export type Which = Pick<Definition, 'on' | 'pattern'>;

/** Their ids hold an underscore, which names in the configuration do not, so the two never meet. */
export const newSubscriptionId = (random: (bytes: number) => Buffer): string =>
  `sub_${random(12).toString('hex')}`;

export const newStored = (
  id: string,
  state: StoredSubscription['state'],
  definition: Definition | null,
  now: number,
): StoredSubscription => ({
  key: id,
  version: 0,
  state,
  createdAt: now,
  due: state === 'confirming' ? untilConfirmed(definition) : null,
  definition,
});

/** One that waits to be confirmed goes once its link is stale: nobody can confirm it any more. */
export const untilConfirmed = (definition: Definition | null): Due | null =>
  definition?.confirmation ? { queue: EXPIRE_QUEUE, at: definition.confirmation.until } : null;

export const confirmed = (row: StoredSubscription): StoredSubscription => ({
  ...row,
  state: 'active',
  due: null,
});

/**
 * Opens what was sealed for this subscription. Null: not with the key that is configured. From then on the value is kept out of
 * the log, unless `conceal` is false.
 */
export type Opener = (sealed: string, id: string, conceal?: boolean) => Secret | null;

/**
 * The subscription that a row stands for. One whose secrets cannot be opened is paused, so that what is meant for it is
 * kept until the right key is configured again; so is one whose receiver has not said that it wants messages. One whose pattern cannot be used matches nothing; what was meant for it
 * before is still sent.
 */
export function toSubscription(row: StoredSubscription, definition: Definition, open: Opener): Subscription {
  const {
    name,
    channel,
    shown,
    address,
    signingKeys,
    ordered,
    oldKeys = [],
    verification,
    request,
  } = definition;
  const opened = isMailbox(channel) ? () => address : open(address, row.key);
  const keys = signingKeys.map((key) => open(key, row.key));
  const known = keys.filter((key) => key !== null);
  const old = oldKeys.map(({ key, until }) => ({ key: open(key, row.key), until }));
  const knownOld = old.flatMap(({ key, until }) => (key ? { key, until } : []));
  const own = request && fromStored(request, (sealed, conceal) => open(sealed, row.key, conceal));
  const locked =
    opened === null || known.length < keys.length || knownOld.length < old.length || own === null;
  const reader = readerOf(definition);
  const windows = windowsOf(definition, definition.zone);
  const target = {
    endpoint: endpointOf(definition),
    shown,
    address: opened ?? noSecret,
    ...(keys.length > 0 && { signingKeys: locked ? [] : known }),
    ...(old.length > 0 && { oldKeys: locked ? [] : knownOld }),
    ...(own && { request: own }),
    ...(reader && { reader }),
    ...(definition.template && { words: definition.template }),
    ...(definition.mention && { mention: definition.mention }),
  };
  const unverified = verification?.state === 'unverified';
  const paused = locked || unverified || row.state === 'paused';
  const pattern = patternOf(definition);
  const invalid = pattern.problems.length > 0;
  const fault = locked ? 'locked' : unverified ? 'unverified' : invalid ? 'invalid' : null;
  return {
    id: row.key,
    name,
    pattern: pattern.pattern,
    channel,
    targets: [target],
    ...(ordered && { ordered }),
    ...(definition.fold && { fold: definition.fold }),
    ...(windows && { windows }),
    ...(paused && { paused: true as const }),
    ...(fault && { fault }),
  };
}

const noSecret = (): never => {
  throw new Error('the secrets of this subscription cannot be opened with the configured key');
};

/** As it was written. */
export const rawPattern = ({ on, pattern }: Which): unknown => (on === null ? pattern : PRESETS[on]);

/** It was checked before it was stored, but perhaps by a version that took more, or a row was written by other means. */
export function patternOf(which: Which): { pattern: Pattern; problems: Problem[] } {
  const raw = rawPattern(which);
  const compiled = compilePattern(raw);
  return compiled.ok
    ? { pattern: compiled.pattern, problems: [] }
    : { pattern: unusable(raw), problems: compiled.problems };
}
