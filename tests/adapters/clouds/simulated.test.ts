import { expect, test } from 'vitest';
import { SYSTEM_NAMES, type SystemName } from '../../../lib/adapters/simulator/simulator.ts';
import { against } from './against.ts';

const MINUTE = 60_000;
const one = (system: SystemName) => against((known) => [{ system, auth: known.keys }]);

/** Systems whose services have neither codes for a failed job nor sub-jobs. */
const WITHOUT_CODE = 'rds taurusdb gaussdb dds geminidb ddm dcs cce cce-autopilot'.split(' ');
/** Their jobs are what is being made, which does not say when that was done. */
const WITHOUT_END = ['dms-kafka', 'sfs'];

test.each(SYSTEM_NAMES)('%s is understood from the first check to the end', async (system) => {
  const { simulator, ask, pass } = await one(system);
  const good = simulator.submit({ system, life: { end: 'SUCCESS', runMs: MINUTE } });
  const error = { code: 'Any.0001', reason: 'It could not be done.' };
  const bad = simulator.submit({ system, life: { end: 'FAIL', runMs: MINUTE, error } });
  pass(10_000);
  expect(await ask(system, good)).toMatchObject({ kind: 'running', report: { endedAt: null } });
  pass(MINUTE);
  const succeeded = await ask(system, good);
  expect(succeeded).toMatchObject({ kind: 'succeeded', report: { error: null } });
  const failed = await ask(system, bad);
  const service = system.replace(/^\w+-/, '');
  const code = WITHOUT_CODE.includes(service) ? null : error.code;
  expect(failed).toMatchObject({ kind: 'failed', report: { error: { code, reason: error.reason } } });
  for (const seen of [succeeded, failed]) {
    if (!('report' in seen)) throw new Error(seen.kind);
    const endedAt = WITHOUT_END.includes(service) ? 'none' : seen.report.endedAt;
    expect([seen.report.beganAt, endedAt, seen.report.jobType]).not.toContain(null);
  }
});

test.each(SYSTEM_NAMES)(
  '%s: a job that is not there never ends one, and neither does what goes wrong',
  async (system) => {
    const { simulator, ask, pass } = await one(system);
    const job = simulator.submit({ system, life: { end: 'SUCCESS', runMs: 0 } });
    pass(10_000);
    expect(await ask(system, `${job.slice(0, -4)}beef`)).toMatchObject({ kind: 'not_found' });
    for (const [fault, kind] of [
      ['throttled', 'throttled'],
      ['flow_limited', 'throttled'],
      ['busy', 'throttled'],
      ['bad_gateway', 'unavailable'],
      ['server_error', 'unavailable'],
      ['unavailable', 'unavailable'],
      ['reset', 'unavailable'],
      ['truncated', 'unavailable'],
      ['token_expired', 'denied'],
      ['no_api', 'misrouted'],
      ['not_found', 'not_found'],
      ['vanish', 'not_found'],
      // In a list of all jobs, any other job is one of those.
      ['other_job', system === 'huawei-vpn' ? 'not_found' : 'malformed'],
      ['unknown_status', 'malformed'],
      ['empty', 'malformed'],
      ['proto', 'malformed'],
      ['skewed', 'denied'],
    ] as const) {
      simulator.fault({ system, fault, count: 1 });
      expect([fault, (await ask(system, job)).kind]).toEqual([fault, kind]);
    }
    expect(await ask(system, job)).toMatchObject({ kind: 'succeeded' });
  },
);
