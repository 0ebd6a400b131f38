import { describe, expect, it } from 'vitest';
import { fitsEvent } from '../../../lib/core/jobs/filter.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { events } from './events.ts';

describe('events that somebody wants to see', () => {
  const sample = events['job.failed'];
  const own = { ...(sample.data as { job: object }).job, name: 'web-7', labels: { team: 'web' } };
  const failed = { ...sample, data: { ...sample.data, job: own } } as unknown as Event;
  it('are those of jobs whose labels, name, group and id fit, from a time on', () => {
    const { job } = failed.data as { job: { name: string; labels: Record<string, string>; jobId: string } };
    const [[label, value]] = Object.entries(job.labels) as [[string, string]];
    expect(fitsEvent({}, failed)).toBe(true);
    expect(fitsEvent({ labels: { [label]: value } }, failed)).toBe(true);
    expect(fitsEvent({ labels: { [label]: `${value}x` } }, failed)).toBe(false);
    expect(fitsEvent({ name: `${job.name.slice(0, 2)}*` }, failed)).toBe(true);
    expect(fitsEvent({ name: 'nobody' }, failed)).toBe(false);
    expect(fitsEvent({ idEnd: job.jobId.slice(-6) }, failed)).toBe(true);
    const at = Date.parse(failed.metadata.time);
    expect(fitsEvent({ since: at }, failed)).toBe(true);
    expect(fitsEvent({ since: at + 1 }, failed)).toBe(false);
  });

  it('of a group are found by its name alone, and those of origins by nothing but the time', () => {
    const ended = events['group.ended'];
    const { name } = (ended.data as { group: { name: string } }).group;
    expect(fitsEvent({ group: name }, ended)).toBe(true);
    expect(fitsEvent({ group: name, name: '*' }, ended)).toBe(false);
    expect(fitsEvent({ labels: { team: '*' } }, events['origin.unreachable'])).toBe(false);
    expect(fitsEvent({ since: 0 }, events['origin.unreachable'])).toBe(true);
  });
});
