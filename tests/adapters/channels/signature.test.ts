import { Webhook } from 'standardwebhooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign, signingKey } from '../../../lib/adapters/channels/webhook/signature.ts';

describe('the signature of Standard Webhooks', () => {
  // Published test keys, not secrets.
  it.each([
    [
      'whsec_plJ3nmyCDGBKInavdOK15jsl',
      'msg_loFOjxBNrRLzqYUf',
      1731705121,
      '{"event_type":"ping","data":{"success":true}}',
      'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    ],
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
      .uint8Array({ minLength: 1, maxLength: 64 })
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
    const [first, second] = ['whsec_Zmlyc3Q=', 'whsec_c2Vjb25k'];
    const both = sign([first, second], 'msg_1', 1, '{}');
    expect(both).toBe(`${sign([first], 'msg_1', 1, '{}')} ${sign([second], 'msg_1', 1, '{}')}`);
  });

  it.each(['', 'whsec_', 'whsk_Zmlyc3Q=', 'Zmlyc3Q=', 'whsec_Zm lyc3Q=', 'whsec_Zmlyc3Q-', 'whsec_Z'])(
    'takes no key like "%s"',
    (text) => {
      expect(signingKey(text)).toBeNull();
    },
  );

  it('names the fault and not the key', () => {
    expect(() => sign(['whsec_se cret'], 'msg_1', 1, '{}')).toThrow(/^(?!.*se cret).*whsec_/);
    expect(() => sign([], 'msg_1', 1, '{}')).toThrow('needs a signing key');
  });
});
