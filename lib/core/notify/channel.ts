import type { Rollup } from './windows.ts';

/** What a channel is called. Which there are is said by their registry, lib/adapters/channels/registry.ts. */
export type ChannelName = string;

/** What deciding about a delivery takes to know of its channel. */
export interface ChannelRules {
  /**
   * Waits between the attempts of one delivery, in milliseconds; one attempt more than waits. The wait an endpoint asks for
   * itself (`Retry-After`) comes on top and costs no attempt.
   */
  schedule: readonly number[];
  /** An attempt ends within this; a claim that is older belongs to a worker that died. In milliseconds. */
  claimMs: number;
  /** Sends under way at once to one endpoint. */
  concurrency: number;
  /** Messages a second that one endpoint is known to take; left out: nobody says, and it is learnt from its refusals. */
  rate?: number;
  /** People read it: the messages of a group stand for those of its members, unless a subscription says otherwise. */
  fold?: 'group';
  /** Whether messages at an address can be changed after they were sent; left out: at none. */
  living?(address: string): boolean;
  /** When events are gathered, where a subscription does not say; left out: each speaks for itself. */
  rollup?: Rollup;
}
export type AllRules = Readonly<Record<ChannelName, ChannelRules>>;

/** Throws where a version that knew more channels has left one behind: that delivery waits for such a version. */
export function rulesOf(rules: AllRules, channel: ChannelName): ChannelRules {
  const known = rules[channel];
  if (!known) throw new Error(`this version has no channel '${channel}'`);
  return known;
}

/**
 * Mailboxes belong to people: several to a subscription, each confirmed by its owner, none of them a secret. What every
 * other channel sends to is one URL, which often lets one in.
 */
export const isMailbox = (channel: ChannelName): boolean => channel === MAIL;
export const MAIL = 'email';
/** Where a job's own URL is sent to. */
export const WEBHOOK = 'webhook';
