import { describe, expect, it } from 'vitest';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { CHECK_REASONS, decide } from '../../../lib/core/jobs/transition.ts';
import { whyNextCheck } from '../../../lib/core/jobs/why-next.ts';
import { POLICY, running, spec, START, succeeded, throttled } from '../../kit.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const fresh = newJob(spec(1), INFO, START, START + 5_000);
const last = (reason: string): Job => ({ ...fresh, history: [{ at: START, reason, detail: '' }] });

describe('why a job is looked at again', () => {
  it('follows from what was seen last', () => {
    expect(whyNextCheck(fresh)).toBe('it has not been looked at yet');
    const seen = decide(fresh, running, START + 5_000, POLICY).job;
    expect(whyNextCheck(seen)).toBe('it goes on');
    expect(whyNextCheck(decide(seen, throttled, START + 35_000, POLICY).job)).toBe(
      'the cloud was asked too often',
    );
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
