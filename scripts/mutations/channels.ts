import type { Mutation } from './mutation.ts';

const SIGNATURE = 'lib/adapters/channels/webhook/signature.ts';
const BY_SIGNATURE = ['tests/adapters/channels/signature.test.ts'];
const BY_KEYS = ['tests/receiver/signing-key.test.ts'];
const BY_RECEIVER = ['tests/receiver/receiver.test.ts'];

/** A webhook is signed so that its receiver can believe it, and gives nothing away. */
export const CHANNELS: readonly Mutation[] = [
  {
    name: 'signature-without-time',
    rule: 'The time of an attempt is signed.',
    file: SIGNATURE,
    find: '${id}.${seconds}.${body}',
    put: '${id}.${body}',
    tests: BY_SIGNATURE,
  },
  {
    name: 'signature-of-one-key',
    rule: 'The old key signs beside the new one.',
    file: SIGNATURE,
    find: 'return keys.map((key)',
    put: 'return keys.slice(0, 1).map((key)',
    tests: BY_SIGNATURE,
  },
  {
    name: 'signing-key-with-bits-left-over',
    rule: 'A signing key is base64 that every receiver decodes to the same bytes.',
    file: 'receiver/signing-key.ts',
    find: "bytes && base64 !== '' && toBase64(bytes) === base64 ? bytes",
    put: "bytes && base64 !== '' ? bytes",
    tests: BY_KEYS,
  },
  {
    name: 'signing-key-too-short',
    rule: 'A signing key has at least 24 bytes.',
    file: 'receiver/signing-key.ts',
    find: '{32,86}',
    put: '{30,86}',
    tests: BY_KEYS,
  },
  {
    name: 'signature-id-of-the-event',
    rule: 'A delivery has its own id at every attempt.',
    file: 'lib/adapters/channels/webhook/sender.ts',
    find: "'webhook-id': deliveryId,",
    put: "'webhook-id': event.metadata.id,",
    tests: ['tests/adapters/channels/webhook.test.ts'],
  },
  {
    name: 'receiver-believes-old-messages',
    rule: 'What was recorded and is played back later is stale.',
    file: 'receiver/message.ts',
    find: ' && Math.abs(now / 1_000 - Number(timestamp)) <= toleranceSeconds',
    put: '',
    tests: BY_RECEIVER,
  },
  {
    name: 'receiver-believes-anybody',
    rule: 'A message that nobody signed is not believed.',
    file: 'receiver/index.ts',
    find: 'expected.some((own) => same(own, one))',
    put: 'expected.some((own) => same(own, own))',
    tests: BY_RECEIVER,
  },
  {
    name: 'receipt-waits-for-ever',
    rule: 'An endpoint that asks for more is asked again after a day.',
    file: 'lib/adapters/channels/verdict.ts',
    find: 'Math.min(asked, LONGEST_WAIT_MS)',
    put: 'asked',
    tests: ['tests/adapters/channels/webhook.test.ts', 'tests/adapters/channels/slack.test.ts'],
  },
  {
    name: 'receipt-sent-is-not-uncertain',
    rule: 'What may have arrived is uncertain.',
    file: 'lib/adapters/channels/verdict.ts',
    find: "sent && BY_TROUBLE[reason].kind === 'retry' ? retry('uncertain')",
    put: "sent && BY_TROUBLE[reason].kind === 'sent' ? retry('uncertain')",
    tests: [
      'tests/adapters/channels/webhook.test.ts',
      'tests/adapters/channels/slack.test.ts',
      'tests/adapters/channels/retried.test.ts',
    ],
  },
  {
    name: 'mail-sent-is-not-uncertain',
    rule: 'A mail that was handed over and not answered for is uncertain.',
    file: 'lib/adapters/channels/email/smtp.ts',
    find: 'const unknown = handedOver && replyOf(error) === undefined;',
    put: 'const unknown = false;',
    tests: ['tests/adapters/channels/email.test.ts', 'tests/adapters/channels/email-tls.test.ts'],
  },
  {
    name: 'mail-password-in-the-clear',
    rule: 'A password is sent over TLS only.',
    file: 'lib/adapters/channels/email/smtp.ts',
    find: 'requireTLS = !secure && (requireTls ?? isMeant)',
    put: 'requireTLS = !secure && (requireTls ?? false)',
    tests: ['tests/adapters/channels/email.test.ts', 'tests/adapters/channels/email-tls.test.ts'],
  },
  {
    name: 'mail-refused-for-now-is-final',
    rule: 'A refusal for now is tried again.',
    file: 'lib/adapters/channels/email/smtp.ts',
    find: "if (reply < 500 || reply === 503) return retry('server_error');",
    put: "if (reply < 500 || reply === 503) return refuse('server_error');",
    tests: ['tests/adapters/channels/email.test.ts', 'tests/adapters/channels/email-tls.test.ts'],
  },
  {
    name: 'slack-word-of-a-proxy',
    rule: 'Only a word of Slack itself disables its webhook.',
    file: 'lib/adapters/channels/slack/sender.ts',
    find: "401: retry('auth_error'),",
    put: "401: disable('auth_error'),",
    tests: ['tests/adapters/channels/slack.test.ts', 'tests/adapters/channels/retried.test.ts'],
  },
  {
    name: 'slack-blocks-refused',
    rule: 'What Slack refuses for its blocks goes out without them.',
    file: 'lib/adapters/channels/slack/sender.ts',
    find: 'if (!blocksRefused(answer)) return',
    put: 'if (answer) return',
    tests: ['tests/adapters/channels/slack.test.ts'],
  },
  {
    name: 'webhook-refused-once',
    rule: 'What a receiver refuses is tried again; it may be repaired.',
    file: 'lib/adapters/channels/webhook/sender.ts',
    find: "'4xx': retry('client_error'),",
    put: "'4xx': refuse('client_error'),",
    tests: ['tests/adapters/channels/webhook.test.ts', 'tests/adapters/channels/retried.test.ts'],
  },
];
