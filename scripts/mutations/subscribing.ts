import type { Mutation } from './mutation.ts';

const ROTATION = 'lib/core/notify/rotation.ts';
const STORED = 'lib/core/notify/stored-subscription.ts';
const CHALLENGE = 'lib/adapters/channels/webhook/challenge.ts';
const VERIFY = 'lib/adapters/api/subscriptions/verify.ts';
const BY_ROTATION = ['tests/core/notify/rotation.test.ts'];
const BY_API = ['tests/adapters/api/challenge.test.ts'];
const BY_RECEIVER = ['tests/adapters/channels/challenge.test.ts'];

/** Keys that follow each other, and receivers that are asked before they get anything. */
export const SUBSCRIBING: readonly Mutation[] = [
  {
    name: 'rotation-old-key-for-ever',
    rule: 'An old key signs up to its end, and not longer.',
    file: 'lib/core/notify/target.ts',
    find: '(at < until ? key : [])',
    put: '(at <= until ? key : [])',
    tests: BY_ROTATION,
  },
  {
    name: 'rotation-leaves-more-time',
    rule: 'A rotation leaves no old key more time than its own overlap.',
    file: ROTATION,
    find: 'until: Math.min(one.until, end)',
    put: 'until: one.until',
    tests: BY_ROTATION,
  },
  {
    name: 'rotation-without-a-limit',
    rule: 'A subscription has five keys at most.',
    file: ROTATION,
    find: 'old.length >= MAX_KEYS',
    put: 'old.length > MAX_KEYS',
    tests: BY_ROTATION,
  },
  {
    name: 'rotation-is-never-taken-up',
    rule: 'Keys that have ended are taken out of the row.',
    file: ROTATION,
    find: 'old.length > 0 ? { queue',
    put: 'old.length > 1 ? { queue',
    tests: BY_ROTATION,
  },
  {
    name: 'rotation-repeats-with-another-key',
    rule: 'A repeated request gets the key that it made.',
    file: 'lib/adapters/api/subscriptions/rotate.ts',
    find: 'if (seed !== null && last?.request === seed) return row;',
    put: '',
    tests: ['tests/adapters/api/rotate.test.ts', 'tests/crash.test.ts'],
  },
  {
    name: 'challenge-holds-nothing',
    rule: 'What is meant for an unverified target is held.',
    file: STORED,
    find: "locked || unverified || row.state === 'paused'",
    put: "locked || row.state === 'paused'",
    tests: [...BY_API, 'tests/crash.test.ts'],
  },
  {
    name: 'challenge-lets-drills-pass',
    rule: 'Nobody makes an unverified target get anything.',
    file: 'lib/app/deliver/redeliver.ts',
    find: "fault === 'locked' || fault === 'unverified'",
    put: "fault === 'locked'",
    tests: BY_API,
  },
  {
    name: 'challenge-signs-for-the-host',
    rule: 'A job names no URL on the host of an unverified target.',
    file: 'lib/core/notify/notify.ts',
    find: "fault !== 'unverified' &&",
    put: '',
    tests: BY_API,
  },
  {
    name: 'challenge-of-the-former-target',
    rule: 'What one target answers says nothing of another one.',
    file: VERIFY,
    find: 'if (now.definition.endpoint !== endpoint) return stop(busy);',
    put: '',
    tests: BY_API,
  },
  {
    name: 'challenge-any-status',
    rule: 'An answer to the challenge has a status of 2xx.',
    file: CHALLENGE,
    find: 'status < 200 || status > 299',
    put: 'status < 200 || status > 599',
    tests: BY_RECEIVER,
  },
  {
    name: 'challenge-any-answer',
    rule: 'Only the challenge itself is an answer to it.',
    file: CHALLENGE,
    find: 'answered(answer.body) === challenge',
    put: 'answer.body.includes(challenge)',
    tests: BY_RECEIVER,
  },
  {
    name: 'api-follows-references',
    rule: 'Who describes a request through the API reads nothing of this machine.',
    file: 'lib/adapters/channels/webhook/own-request.ts',
    find: 'if (isReference(text))',
    put: 'if (false)',
    tests: ['tests/adapters/api/own-request.test.ts'],
  },
  {
    name: 'own-headers-lie-open',
    rule: 'What a header of a subscription says is sealed in the store.',
    file: 'lib/core/notify/stored-request.ts',
    find: 'headers: mapped(headers, sealed)',
    put: 'headers: mapped(headers, (one) => one())',
    tests: ['tests/adapters/api/own-request.test.ts'],
  },
];
