import { describe, expect, test } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { scrub } from '../../../lib/adapters/clouds/scrub.ts';
import { remembered } from '../../../lib/core/remembered.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { POLICY } from '../../kit.ts';
import { spoken } from './families.ts';
import { answer, NOW } from './fixture.ts';
import { HOSTILE, ID, TIMES, type Hostile } from './hostile.ts';

const INFO = { origin: 'any', service: 'any', cloud: 'any', region: 'any' };
const JOB = newJob({ origin: 'any', projectId: 'p', jobId: ID }, INFO, NOW, NOW);
// oxlint-disable-next-line no-control-regex
const UNREADABLE = /[\u0000-\u0008\u000B-\u001F\u007F\uFFFD]|\[object /;

const formatOf = remembered(20, (name) => dialectOf('huawei', name) ?? spoken(name));
const seenOf = ({
  dialect,
  status,
  body,
  headers = {},
}: Pick<Hostile, 'dialect' | 'status' | 'body' | 'headers'>) =>
  scrub(read(formatOf(dialect), ID, answer(status, body, headers)), (it) => it);

describe('an answer that nobody documents', () => {
  test.each(HOSTILE)('$dialect: $says: $kind', (one) => {
    const seen = seenOf(one);
    expect(seen.kind).toBe(one.kind);
    const told =
      'detail' in seen ? seen.detail : 'report' in seen ? (seen.report.error?.reason ?? null) : null;
    if (one.told instanceof RegExp) expect(told).toMatch(one.told);
    else if (one.told !== undefined) expect(told).toBe(one.told);
    expect(told ?? '').not.toMatch(UNREADABLE);
    const { job } = decide(JOB, seen, NOW, POLICY);
    expect(Buffer.byteLength(JSON.stringify(job))).toBeLessThan(60_000);
    expect(job.state).toBe(['succeeded', 'failed'].includes(one.kind) ? one.kind : 'outstanding');
  });

  test('is shown in a hundred', () => expect(HOSTILE.length).toBeGreaterThanOrEqual(100));

  test.each(TIMES)('may have the time %j, which is %s', (sent, iso) => {
    const body = { job_id: ID, status: 'SUCCESS', begin_time: sent, end_time: sent };
    const seen = seenOf({ dialect: 'ecs', status: 200, body });
    expect(seen).toMatchObject({ kind: 'succeeded', report: { beganAt: iso, endedAt: iso } });
  });
});
