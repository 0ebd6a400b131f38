import { describe, expect, it } from 'vitest';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { learntFrom } from '../../../lib/core/jobs/learnt.ts';
import { addTo, NO_SKETCH } from '../../../lib/core/jobs/sketch.ts';
import { CHECK_REASONS, decide } from '../../../lib/core/jobs/transition.ts';
import { whyNextCheck } from '../../../lib/core/jobs/why-next.ts';
import { POLICY, running, spec, START, succeeded, throttled } from '../../kit.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const fresh = newJob(spec(1), INFO, START, START + 5_000);
const last = (reason: string): Job => ({ ...fresh, history: [{ at: START, reason, detail: '' }] });

describe('why a job is checked again', () => {
  it('follows from what was seen last', () => {
    expect(whyNextCheck(fresh)).toBe('it has not been checked yet');
    const seen = decide(fresh, running, START + 5_000, POLICY).job;
    expect(whyNextCheck(seen)).toBe('it is running, and is checked every 30 s');
    expect(whyNextCheck(decide(seen, throttled, START + 35_000, POLICY).job)).toBe(
      'the cloud throttled the check',
    );
  });

  it('says how long such jobs usually take, and what that makes of the next check', () => {
    const took = Array.from({ length: 100 }, (_, n) => (200 + n) * 1_000).reduce(addTo, NO_SKETCH);
    const known = learntFrom(took, POLICY.checkGapMax);
    const learnt = () => known;
    const auto = { ...POLICY, checkAuto: true };
    const usual = '; such jobs usually take 3 min 30 s to 4 min 50 s';
    const seen = decide(fresh, running, START + 5_000, POLICY, 0, learnt).job;
    const now = START + 10_000;
    expect(whyNextCheck(seen, { policy: POLICY, learnt, now })).toBe(
      `it is running, and is checked every 30 s${usual}`,
    );
    expect(whyNextCheck(seen, { policy: POLICY, learnt, now: START + 250_000 })).toMatch(
      /^calls are scarce, and others have more likely ended \(it has by now to [45]\d %\) or have waited longer; such/,
    );
    const planned = decide(fresh, running, START + 5_000, auto, 0, learnt).job;
    expect(whyNextCheck(planned, { policy: auto, learnt, now })).toBe(
      `its end is then likely enough to be worth a call${usual}`,
    );
    const late = decide(fresh, running, START + 285_000, POLICY, 0, learnt).job;
    expect(whyNextCheck(late, { policy: POLICY, learnt, now })).toBe(`it is overdue then${usual}`);
  });

  it('is told of every reason that leaves a job outstanding, and of none that ends it', () => {
    const open = CHECK_REASONS.filter((reason) => whyNextCheck(last(reason)) !== 'it has not ended');
    expect(open.toSorted()).toEqual(
      [
        'awaiting_payment',
        'denied',
        'malformed',
        'misrouted',
        'not_checked',
        'not_found_yet',
        'running',
        'throttled',
        'unavailable',
      ].toSorted(),
    );
    expect(whyNextCheck(decide(fresh, succeeded, START, POLICY).job)).toBeNull();
  });
});
