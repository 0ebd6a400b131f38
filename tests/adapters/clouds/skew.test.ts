import { expect, test } from 'vitest';
import { clockAhead, skewWords } from '../../../lib/adapters/clouds/skew.ts';
import { answer, NOW } from './fixture.ts';

const MINUTE = 60_000;
const date = (at: number): Record<string, string> => ({ date: new Date(at).toUTCString() });
const gateway = (error_msg: string) => ({ error_code: 'APIGW.0301', error_msg });
const BOTH =
  'Incorrect IAM authentication information: signature expired, signature time:20230527T000431Z,server time:20230527T020608Z';

test('both times in the words tell it, whatever the answer’s date says', () => {
  const ahead = -(2 * 60 * MINUTE + 97_000);
  expect(clockAhead(answer(401, gateway(BOTH)))).toBe(ahead);
  expect(clockAhead(answer(401, gateway(BOTH), date(NOW)))).toBe(ahead);
  expect(clockAhead(answer(400, gateway(BOTH.replace(',server', ', server'))))).toBe(ahead);
});

test('else the answer’s date does, where a signature was refused', () => {
  const refused = gateway('Incorrect IAM authentication information: verify aksk signature fail');
  expect(clockAhead(answer(401, refused, date(NOW - 20 * MINUTE)))).toBe(20 * MINUTE);
  expect(clockAhead(answer(401, refused, date(NOW + 20 * MINUTE)))).toBe(-20 * MINUTE);
});

test.each([
  ['a small difference', 401, 'verify aksk signature fail', date(NOW - 15 * MINUTE)],
  ['no date', 401, 'verify aksk signature fail', {}],
  ['a date that is none', 401, 'verify aksk signature fail', { date: 'soon' }],
  ['a token', 401, 'decrypt token fail', date(NOW - 60 * MINUTE)],
  ['another refusal', 403, 'verify aksk signature fail', date(NOW - 60 * MINUTE)],
  ['times that are none', 401, 'x time:20239999T000431Z,server time:20239999T020608Z', {}],
  ['times that are alike', 401, BOTH.replace('20230527T020608Z', '20230527T000431Z'), {}],
  ['impossible times', 401, BOTH.replaceAll('20230527', '20231399'), {}],
])('%s does not', (_what, status, words, headers) => {
  expect(clockAhead(answer(status, gateway(words), headers))).toBeNull();
});

test.each([
  [16 * MINUTE, '16 minutes ahead of'],
  [-90 * MINUTE, '90 minutes behind'],
  [26 * 60 * MINUTE, '26 hours ahead of'],
])('%i ms is %s', (ms, words) => expect(skewWords(ms)).toContain(words));
