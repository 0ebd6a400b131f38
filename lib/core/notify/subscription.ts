import type { ChannelName } from './channel.ts';
import type { Pattern } from './pattern.ts';
import type { Windows } from './windows.ts';
import type { OwnWords } from './own-words.ts';
import type { Reader } from './reader.ts';

export type { ChannelName };

/** A value that must never be written anywhere: a function does not serialise, so it cannot leak by accident. */
export type Secret = () => string;

/** What lets go what is held for it. */
export const resumeCommand = (id: string): string => `jobchime subscriptions resume ${id}`;

/** What asks the receiver of a webhook whether it wants messages. */
export const verifyCommand = (id: string): string => `jobchime subscriptions verify ${id}`;

export const FOLDS = ['group', 'none'] as const;
export type Fold = (typeof FOLDS)[number];

/** Which events go where. */
export interface Subscription {
  id: string;
  name: string;
  pattern: Pattern;
  channel: ChannelName;
  /** One, or of mail one for each address. */
  targets: Target[];
  /** The next event of a job waits until the one before is delivered, given up or expired. */
  ordered?: true;
  /** `group`: the messages of a group stand for those of its members. Left out: as its channel has it. */
  fold?: Fold;
  /** When its events are gathered into one message. */
  windows?: Windows;
  /** What is meant for it is kept until it is resumed. */
  paused?: true;
  /**
   * Why it does not do all that it should: its secrets cannot be opened, or its receiver has not answered the challenge (then
   * it is paused), or its pattern cannot be used.
   */
  fault?: 'locked' | 'unverified' | 'invalid';
}

export interface Target {
  /** Names the endpoint without giving it away: hash of channel and address. A changed address is a new, healthy endpoint. */
  endpoint: string;
  /** For people: `ops@example.com`, `https://example.com/…`. Never a secret. */
  shown: string;
  /** URL or mail address. A Slack webhook's URL is itself the secret. */
  address: Secret;
  /** Signing keys of a webhook (`whsec_...`), newest first. */
  signingKeys?: Secret[];
  /** Those before them, each good until a time: epoch milliseconds. */
  oldKeys?: { key: Secret; until: number }[];
  /** Who reads there; left out: in English, with times in UTC. */
  reader?: Reader;
  /** Templates of what is said there; left out: the built-in message. */
  words?: OwnWords;
  /** Whom a failure calls, as its channel names people; left out: nobody. */
  mention?: string[];
  /** Of a webhook, where its receiver wants something of its own. */
  request?: RequestSettings;
}

/** Nothing is sent to its targets, not even by hand: nobody can open them, or nobody there has said that they want it. */
export const isBarred = ({ fault }: Pick<Subscription, 'fault'>): boolean =>
  fault === 'locked' || fault === 'unverified';

/** Why what is for it is kept. */
export const keptFor = ({ fault }: Pick<Subscription, 'fault'>): 'unverified' | 'paused' =>
  fault === 'unverified' ? fault : 'paused';

/** How the receiver of a webhook wants to be spoken to, where that differs from what every receiver gets. */
export interface RequestSettings {
  method?: Method | undefined;
  /** By their names in small letters. */
  headers?: Record<string, Secret> | undefined;
  contentType?: string | undefined;
  /** A template in Liquid, in place of the body that every receiver gets. */
  body?: string | undefined;
  /** A template of what goes behind the target's URL: more of its path, or of its query. */
  path?: string | undefined;
  /** What the templates may put in, by name. */
  secrets?: Record<string, Secret> | undefined;
  /** Signs each request as services of Huawei Cloud want it. */
  auth?: { accessKey: Secret; secretKey: Secret; securityToken?: Secret | undefined } | undefined;
  /** Certificates in PEM that are trusted besides. */
  ca?: Secret | undefined;
  /** What we show of ourselves, in PEM. */
  identity?: { cert: Secret; key: Secret } | undefined;
  /** The URL of a proxy; null: straight, whatever there is for others. */
  proxy?: Secret | null | undefined;
  /** For the whole exchange. */
  timeoutMs?: number | undefined;
  /** What the answer must say; left out: a status of 2xx says it all. */
  success?: { json: Record<string, Scalar> } | undefined;
}
export type Method = 'POST' | 'PUT' | 'PATCH';
export type Scalar = string | number | boolean | null;
