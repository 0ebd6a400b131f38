import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isTimely, stringToSign, type SmnMessage } from '../../../lib/core/intake/smn-message.ts';

const message = (over: Partial<SmnMessage> = {}): SmnMessage => ({
  type: 'Notification',
  message: 'My test message',
  message_id: '88c726942175432bac921eafd0036163',
  subject: 'demo',
  timestamp: '2016-08-15T07:29:16Z',
  topic_urn: 'urn:smn:regionId:74dc9e44d0cc4573adfce91cdfdd3ba9:xxxx',
  signature: '',
  signing_cert_url: '',
  ...over,
});

describe('what SMN signs', () => {
  it('is a line for each name and each value, as the documented example has it', () => {
    const text = stringToSign(message());
    expect(Buffer.byteLength(text)).toBe(195);
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '00909757b05b77bf4a76a42f5f8dbfcda9010627623dc28b0659a3d7c7e9caec',
    );
  });

  it.each([undefined, null, ''])('leaves out a subject that is %j', (subject) => {
    expect(stringToSign(message({ subject }))).toBe(
      'message\nMy test message\nmessage_id\n88c726942175432bac921eafd0036163\n' +
        'timestamp\n2016-08-15T07:29:16Z\n' +
        'topic_urn\nurn:smn:regionId:74dc9e44d0cc4573adfce91cdfdd3ba9:xxxx\ntype\nNotification\n',
    );
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const)(
    'has the address, and no subject, in a %s',
    (type) => {
      const text = stringToSign(message({ type, subscribe_url: 'https://smn.example.com/confirm' }));
      expect(text).toContain(
        'message_id\n88c726942175432bac921eafd0036163\nsubscribe_url\nhttps://smn.example.com/confirm\ntimestamp\n',
      );
      expect(text).not.toContain('demo');
    },
  );
});

describe('the time of a message', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  it.each([
    ['2026-03-01T12:00:00Z', true],
    ['2026-03-01T11:00:00Z', true],
    ['2026-03-01T10:59:59Z', false],
    ['2026-03-01T12:15:00Z', true],
    ['2026-03-01T12:15:01Z', false],
    ['yesterday', false],
  ])('%s is timely: %s', (timestamp, timely) => {
    expect(isTimely({ timestamp }, now)).toBe(timely);
  });
});
