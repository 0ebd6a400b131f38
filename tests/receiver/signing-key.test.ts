import { Webhook } from 'standardwebhooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSubscription } from '../../lib/adapters/api/subscriptions/requests.ts';
import { sign } from '../../lib/adapters/channels/webhook/signature.ts';
import { readSigningKey } from '../../lib/core/input/values.ts';
import { verifyWebhook } from '../../receiver/index.ts';
import { bytesOfKey } from '../../receiver/signing-key.ts';

const keyOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const key = (bytes: number): string => keyOf(Buffer.alloc(bytes, 0xa5));

const throws = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch {
    return true;
  }
};
const headers = { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AA==' };
const subscription = {
  name: 'ci',
  on: 'endings',
  channel: 'webhook',
  target: 'https://ci.example.com/hook',
};
/** Each reader of keys, and whether it takes one. */
const READERS: Record<string, (text: string) => boolean> = {
  'the configuration': (text) => readSigningKey(text).ok,
  'the API': (text) => newSubscription().safeParse({ ...subscription, signingKeys: [text] }).success,
  'who signs': (text) => !throws(() => sign([text], 'msg_1', 1, '{}')),
  'who verifies': (text) => !throws(() => verifyWebhook(headers, '{}', text)),
};

describe.each(Object.keys(READERS))('a signing key is the same thing for %s', (who) => {
  const takes = READERS[who]!;

  it('24 to 64 bytes in base64, with its padding or without', () => {
    for (let bytes = 24; bytes <= 64; bytes += 1) {
      expect(takes(key(bytes)), String(bytes)).toBe(true);
      expect(takes(key(bytes).replace(/=+$/, '')), String(bytes)).toBe(true);
    }
  });

  it.each([
    ['empty', ''],
    ['its prefix alone', 'whsec_'],
    ['too short', key(23)],
    ['too long', key(65)],
    ['without its prefix', key(32).slice('whsec_'.length)],
    ['of another prefix', key(32).replace('whsec_', 'whsk_')],
    ['in capitals', key(32).replace('whsec_', 'WHSEC_')],
    ['in base64url', key(32).replaceAll('p', '-')],
    ['with a space in it', key(32).replace('p', ' ')],
    ['with a line break behind it', `${key(32)}\n`],
    ['with padding in its middle', key(32).replace('p', '=')],
    ['with bits left over at its end', key(32).replace(/.=$/, 'B=')],
    ['of a length that no bytes have', `whsec_${'A'.repeat(33)}`],
  ])('and nothing that is %s', (_, text) => {
    expect(takes(text)).toBe(false);
  });
});

it('a key has the bytes that the reference library reads in it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
      expect(bytesOfKey(keyOf(bytes))).toEqual(new Uint8Array(bytes));
      expect(sign([keyOf(bytes)], 'a', 1, '{}')).toBe(
        new Webhook(keyOf(bytes)).sign('a', new Date(1_000), '{}'),
      );
    }),
  );
});

it('the API names a key that is none, with whatever else is wrong', () => {
  const wrong = { ...subscription, on: 'nothing', signingKeys: [key(32), 'whsec_short'] };
  const { error } = newSubscription().safeParse(wrong);
  expect(error!.issues.map(({ path }) => path.join('.'))).toEqual(['on', 'signingKeys.1']);
});
