import { sign } from 'node:crypto';
import * as z from 'zod';
import { stringToSign, TOPIC, topicOf, type SmnMessage } from '../../core/intake/smn-message.ts';
import type { Ids } from './ids.ts';
import { json, type Answer, type Call } from './exchange.ts';
import { issue, type Signer } from './x509.ts';

const YEAR = 31_536_000_000;

/** A message as somebody orders it. */
export const smnOrder = z.strictObject({
  topic: z.string().regex(TOPIC, 'must be urn:smn:REGION:PROJECT:NAME'),
  type: z
    .enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'])
    .default('Notification'),
  message: z.string().default('Something has happened.'),
  subject: z.string().optional(),
});
export type SmnOrder = z.input<typeof smnOrder>;

export interface Smn {
  /** The certificate of the authority that signs those of the regions. */
  ca(): string;
  /** A message as the cloud would post it, signed. `base`: where this simulator is. */
  message(order: z.output<typeof smnOrder>, base: string): SmnMessage & { signature_version: 'v1' };
  answer(call: Call, path: string): Answer;
  /** Tokens with which subscriptions were confirmed. */
  confirmed(): string[];
}

/** Simple Message Notification: signed messages, the certificates they are verified with, and the confirmation of subscriptions. */
export function createSmn(ids: Pick<Ids, 'request'>, clock: () => number): Smn {
  const regions = new Map<string, Signer>();
  const confirmed: string[] = [];
  let authority: Signer | null = null;
  // Making a key takes a tenth of a second, and most who simulate need none.
  const own = (): Signer => (authority ??= issue('Simulator CA', [clock() - YEAR, clock() + 10 * YEAR]));
  function ofRegion(region: string): Signer {
    const known = regions.get(region);
    if (known) return known;
    const made = issue(`smn.${region}.simulator`, [clock() - YEAR, clock() + YEAR], own());
    regions.set(region, made);
    return made;
  }

  return {
    ca: () => own().certificate,
    confirmed: () => [...confirmed],
    message({ topic, type, message, subject }, base) {
      const { region } = topicOf(topic);
      const id = ids.request();
      const unsigned: SmnMessage = {
        type,
        message_id: id,
        topic_urn: topic,
        message,
        timestamp: new Date(clock()).toISOString().replace(/\.\d+/, ''),
        signature: '',
        signing_cert_url: `${base}/smn/SMN_${region}_simulator.pem`,
        ...(type === 'Notification'
          ? { ...(subject !== undefined && { subject }) }
          : { subscribe_url: `${base}/smn/subscription/confirm?token=${id}&topic_urn=${topic}` }),
      };
      const signature = sign('RSA-SHA256', Buffer.from(stringToSign(unsigned)), ofRegion(region).key);
      return { ...unsigned, signature: signature.toString('base64'), signature_version: 'v1' };
    },
    answer(call, path) {
      const [, region] = /^\/SMN_([a-z0-9-]+)_simulator\.pem$/.exec(path) ?? [];
      if (call.method === 'GET' && region !== undefined) return pem(ofRegion(region).certificate);
      const token = new URLSearchParams(call.query).get('token');
      if (call.method !== 'GET' || path !== '/subscription/confirm' || !token) return json(404, {});
      confirmed.push(token);
      return json(200, { subscription_urn: `urn:smn:subscription:${token}` });
    },
  };
}

const pem = (body: string): Answer => ({
  ...json(200, {}),
  headers: { 'content-type': 'application/x-pem-file' },
  body,
});
