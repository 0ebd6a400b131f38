import type * as z from 'zod';
import type { Read, Rules } from '../../core/input/fields.ts';
import type { ChannelRules } from '../../core/notify/channel.ts';
import type { RequestSettings, Secret } from '../../core/notify/subscription.ts';
import type { Channel } from '../../ports.ts';
import type { Http } from '../platform/http.ts';
import type { Written } from './written.ts';

/**
 * All that is known of a channel without sending anything. Every function on AWS has it of every channel, so it must bring no
 * package along: what sends stands in `sender.ts` beside it and is loaded where it is needed.
 */
export interface ChannelDefinition extends ChannelRules, Configured {
  /** What of an address is shown; left out: of a URL its host. */
  show?: (address: string) => string;
  /** Its messages are signed, with keys that each subscription has of its own. */
  signed?: true;
  /** What to write as a target where a subscription is made through the API. */
  targetHint: string;
  /** What an address must have beyond being a URL that may be sent to; left out: nothing. */
  accepts?: (address: string) => Read<unknown>;
  /** Of what its address may be made in place of being written as a whole; left out: of nothing. */
  parts?: Parts;
  /** Its messages may be said in a subscription's own words; left out: they are no text for people. */
  words?: Words;
  /** Whom its failures may call; left out: nobody. */
  mentions?: (who: string) => Read<unknown>;
  /** What its messages may be signed with, where its target has that set; left out: nothing. */
  secret?: (value: string) => Read<unknown>;
  aws: Lambda;
}

/** What an address is made of, by their names in the configuration. */
export interface Parts {
  of: readonly { name: string; isSecret: boolean }[];
  whole(parts: Readonly<Record<string, string>>): string;
}

/** Of what a template makes. */
export interface Words {
  /** Characters of the text: as much as is shown whole. */
  most: number;
}

/** A subscription's part of the configuration that belongs to its channel, beside `channel`, `on` and `pattern`. */
export interface Configured {
  fields(rules: Rules): z.ZodRawShape;
  /** What does not go together; `it`: its fields, as far as they could be read. */
  faults?(it: Readonly<Record<string, unknown>>): FieldFault[];
  /** Where the messages of one go; `it`: its fields, read. */
  targets(it: unknown): Given[];
}
export interface FieldFault {
  field: string;
  problem: string;
  fix: string;
}
export interface Given {
  address: Secret;
  signingKeys?: Secret[];
  request?: RequestSettings;
  /** Whom its failures call. */
  mention?: string[];
}

/** Keeps the types of the fields together with what reads them. */
export const configured = <S extends z.ZodRawShape>(
  fields: (rules: Rules) => S,
  targets: (it: z.output<z.ZodObject<S>>) => Given[],
): Configured => ({ fields, targets: (it) => targets(it as z.output<z.ZodObject<S>>) });

/** Its function on AWS. */
export interface Lambda {
  /** Seconds. Enough for the claim, and for the last message of a batch. */
  timeout: number;
  /** MB. */
  memory: number;
  /** Messages handed over at once. */
  batch: number;
  /** Functions at once, at least 2. */
  concurrency: number;
  /** What one message may take, in milliseconds; left out: two exchanges by HTTP. */
  reserveMs?: number;
  description: string;
  /** Actions it may do beyond those of every channel, on resources of a service. */
  may?: { action: string; service: string; resources: string[]; condition?: object };
}

/** How a channel over HTTP is made; `sender.ts` exports it as `createSender`. */
export type CreateSender = (tools: SenderTools) => Channel;
export interface SenderTools {
  /** The one door out. */
  exchange: Http['exchange'];
  /** Our own, for the `user-agent`. */
  version: string;
}

/** What was found out about a target, without a message. */
export interface Found {
  ok: boolean;
  says: string;
  /** What to do about it. */
  fix?: string;
}
/** Whether a target would take messages; `sender.ts` may export it as `tryTarget`. Otherwise its host is connected to. */
export type TryTarget = (tools: SenderTools, address: string, at: number) => Promise<Found>;

/** What `sender.ts` of a channel over HTTP exports. */
export interface SenderModule {
  createSender: CreateSender;
  /** For a preview. */
  written: Written;
  tryTarget?: TryTarget;
}
