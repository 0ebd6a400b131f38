import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { lazily } from '../lazily.ts';

/** A message of Simple Message Notification, as it comes over HTTPS. */
export interface SmnMessage {
  type: (typeof TYPES)[number];
  message_id: string;
  topic_urn: string;
  message: string;
  timestamp: string;
  signature: string;
  signing_cert_url: string;
  subject?: string | null | undefined;
  subscribe_url?: string | undefined;
}

const TYPES = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;
/** `urn:smn:REGION:PROJECT:NAME` */
export const TOPIC = /^urn:smn:([a-z0-9-]{1,40}):([A-Za-z0-9-]{1,64}):([A-Za-z0-9_-]{1,255})$/;
const url = () => z.string().max(2_048);

export const smnMessage = lazily(() =>
  z.looseObject({
    type: z.enum(TYPES),
    message_id: z.string().min(1).max(128),
    topic_urn: z.string().regex(TOPIC, 'must be urn:smn:REGION:PROJECT:NAME'),
    message: z.string(),
    timestamp: z.string().max(40),
    signature: z.string().max(2_048),
    signature_version: z.string().regex(/^v1$/i, 'must be v1').optional(),
    signing_cert_url: url(),
    subject: z.string().nullish(),
    subscribe_url: url().optional(),
  }),
);

/** Of a topic: its region and its project. */
export function topicOf(urn: string): { region: string; projectId: string } {
  const [, region = '', projectId = ''] = TOPIC.exec(urn) ?? [];
  return { region, projectId };
}

/** What is signed: names and values, a line for each, in this order. A subject that is empty is left out. */
export function stringToSign(message: SmnMessage): string {
  const named =
    message.type === 'Notification'
      ? (['message', 'message_id', 'subject', 'timestamp', 'topic_urn', 'type'] as const)
      : (['message', 'message_id', 'subscribe_url', 'timestamp', 'topic_urn', 'type'] as const);
  return named
    .filter((name) => name !== 'subject' || message.subject)
    .map((name) => `${name}\n${message[name] ?? ''}\n`)
    .join('');
}

export const isSignedBy = (message: SmnMessage, key: KeyObject): boolean =>
  verify(
    'RSA-SHA256',
    Buffer.from(stringToSign(message)),
    key.type === 'public' ? key : createPublicKey(key),
    Buffer.from(message.signature, 'base64'),
  );

/** SMN repeats for minutes what was not taken; what is older has been seen by somebody, and is sent again by him. */
const OLDEST_MS = 3_600_000;
/** As far as clocks are apart. */
const NEWEST_MS = 15 * 60_000;

export function isTimely({ timestamp }: Pick<SmnMessage, 'timestamp'>, now: number): boolean {
  const at = Date.parse(timestamp);
  return at >= now - OLDEST_MS && at <= now + NEWEST_MS;
}
