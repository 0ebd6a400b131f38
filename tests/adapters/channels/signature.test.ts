import { Webhook } from 'standardwebhooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../lib/adapters/channels/webhook/signature.ts';

describe('the signature of Standard Webhooks', () => {
  // A published test key, no secret.
  it.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
  ])('of %s is the published one', (key, id, seconds, body, signature) => {
    expect(sign([key], id, seconds, body)).toBe(signature);
  });

  it('agrees with the reference library for every key and body', () => {
    const key = fc
      .uint8Array({ minLength: 24, maxLength: 64 })
      .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(key, text, fc.nat(), (key, body, seconds) => {
        expect(sign([key], 'msg_1', seconds, body)).toBe(
          new Webhook(key).sign('msg_1', new Date(seconds * 1_000), body),
        );
      }),
    );
  });

  it('holds one entry for each key, in their order', () => {
    const [first, second] = [`whsec_${'A'.repeat(32)}`, `whsec_${'B'.repeat(32)}`];
    const both = sign([first, second], 'msg_1', 1, '{}');
    expect(both).toBe(`${sign([first], 'msg_1', 1, '{}')} ${sign([second], 'msg_1', 1, '{}')}`);
  });

  it('names the fault and not the key', () => {
    expect(() => sign(['whsec_se cret'], 'msg_1', 1, '{}')).toThrow(/^(?!.*se cret).*whsec_/);
    expect(() => sign([], 'msg_1', 1, '{}')).toThrow('needs a signing key');
  });
});
