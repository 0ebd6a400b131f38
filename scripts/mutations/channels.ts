import type { Mutation } from './mutation.ts';

const SIGNATURE = 'lib/adapters/channels/signature.ts';
const BY_SIGNATURE = ['tests/adapters/channels/signature.test.ts'];
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
    name: 'signature-key-of-any-text',
    rule: 'A signing key is base64.',
    file: SIGNATURE,
    find: "key.length > 0 && unpadded(key.toString('base64')) === unpadded(encoded) ? key",
    put: 'key.length > 0 ? key',
    tests: BY_SIGNATURE,
  },
  {
    name: 'signature-id-of-the-event',
    rule: 'A delivery has its own id at every attempt.',
    file: 'lib/adapters/channels/webhook.ts',
    find: "'webhook-id': deliveryId,",
    put: "'webhook-id': event.metadata.id,",
    tests: ['tests/adapters/channels/webhook.test.ts'],
  },
  {
    name: 'receiver-believes-old-messages',
    rule: 'What was recorded and is played back later is stale.',
    file: 'receiver/index.ts',
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
];
