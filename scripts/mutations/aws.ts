import type { Mutation } from './mutation.ts';

const SHARDS = 'lib/core/jobs/shards.ts';
const BY_SHARDS = ['tests/core/jobs/shards.test.ts'];
const SETTINGS = 'lib/wire/aws/settings.ts';
const BY_SETTINGS = ['tests/wire/aws/settings.test.ts'];
const REDRIVE = 'lib/wire/local/redrive.ts';
const BY_STAGE = ['tests/cli/stage.test.ts'];
const EVENTBRIDGE = 'lib/adapters/bus/eventbridge.ts';
const BY_EVENTBRIDGE = ['tests/adapters/bus/eventbridge.test.ts'];

/** What only a stage on AWS has: work that is divided, messages that come back, and versions of the configuration. */
export const AWS: readonly Mutation[] = [
  {
    name: 'aws-shards-divide-an-account',
    rule: 'Origins of one account stay with one worker, which knows their quota.',
    file: SHARDS,
    find: 'Map.groupBy(loads, ({ account }) => account)',
    put: 'Map.groupBy(loads, ({ origin }) => origin)',
    tests: BY_SHARDS,
  },
  {
    name: 'aws-shards-without-end',
    rule: 'A worker gets no more than it has the processor for.',
    file: SHARDS,
    find: '      room.left -= perSecond;\n',
    put: '',
    tests: BY_SHARDS,
  },
  {
    name: 'aws-shards-beyond-the-pace',
    rule: 'An account asks for no more than its pace allows.',
    file: SHARDS,
    find: 'Math.min(Math.max(...all.map(({ rate }) => rate)), ',
    put: 'Math.max(0, ',
    tests: BY_SHARDS,
  },
  {
    name: 'aws-plan-without-counting',
    rule: 'An origin with few jobs counts for few checks.',
    file: 'lib/app/sweep/plan-shards.ts',
    find: 'perSecond: Math.min(bound.rate, count * perJob) };',
    put: 'perSecond: bound.rate + 0 * count };',
    tests: ['tests/app/sweep/shards.test.ts'],
  },
  {
    name: 'aws-shards-lost',
    rule: 'What the queue does not take is kept by the worker that wanted to hand it over.',
    file: 'lib/adapters/bus/shards.ts',
    find: '.catch(() => ({ Failed: Entries }));',
    put: '.catch(() => ({ Failed: Entries.slice(Entries.length) }));',
    tests: ['tests/adapters/bus/shards.test.ts'],
  },
  {
    name: 'aws-no-former-version',
    rule: 'A function that begins takes the version before where the newest cannot be used.',
    file: SETTINGS,
    find: 'await takeFormer(found.version, error);',
    put: 'throw error;',
    tests: BY_SETTINGS,
  },
  {
    name: 'aws-former-for-everybody',
    rule: 'A function that runs goes on with what it has, and not with a version before.',
    file: SETTINGS,
    find: 'if (settings || !(error',
    put: 'if (!(error',
    tests: BY_SETTINGS,
  },
  {
    name: 'aws-redrive-forgets',
    rule: 'A dead letter is taken away only once its queue has it.',
    file: REDRIVE,
    find: 'if (Failed.length > 0)',
    put: 'if (Failed.length > 99)',
    tests: BY_STAGE,
  },
  {
    name: 'aws-redrive-without-turn',
    rule: 'A message that is sent again has the group that it had.',
    file: REDRIVE,
    find: '...(Attributes?.MessageGroupId && { MessageGroupId: Attributes.MessageGroupId }),',
    put: '',
    tests: BY_STAGE,
  },
  {
    name: 'aws-redrive-all-home',
    rule: 'What no rule of this stage could deliver stays where it is.',
    file: REDRIVE,
    find: 'if (home !== null) sent',
    put: 'sent',
    tests: BY_STAGE,
  },
  {
    name: 'aws-failure-comes-back-at-once',
    rule: 'A message that failed waits, longer with each try.',
    file: 'lib/adapters/bus/come-back.ts',
    find: 'FIRST_WAIT_S * FACTOR ** (receives - 1)',
    put: '0 * receives',
    tests: ['tests/wire/aws/batch.test.ts'],
  },
  {
    name: 'aws-broken-answer-is-a-refusal',
    rule: 'What may have arrived at the bus is uncertain.',
    file: EVENTBRIDGE,
    find: 'status >= 400 && status < 500',
    put: 'status >= 200',
    tests: BY_EVENTBRIDGE,
  },
  {
    name: 'aws-doubt-is-forgotten',
    rule: 'What was uncertain at one try is not refused by another.',
    file: EVENTBRIDGE,
    find: "(ack.outcome === 'refused' && uncertain.get(rest[i]!)) || ack",
    put: 'ack',
    tests: BY_EVENTBRIDGE,
  },
  {
    name: 'aws-trouble-with-opening-is-hidden',
    rule: 'A function that cannot open fails with the reason why.',
    file: 'lib/wire/aws/middleware/metrics.ts',
    find: '      if (!request.context.parts) return;\n',
    put: '',
    tests: ['tests/wire/aws/ending-early.test.ts'],
  },
];
