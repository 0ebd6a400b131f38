import { digest, isJobEvent, type Event } from './jobs/event.ts';

/** A piece of the way of a job, as tracing has it. Times are milliseconds since 1970. */
export interface Span {
  traceId: string;
  spanId: string;
  parentId?: string;
  name: string;
  /** `client`: a request to somebody else. */
  kind: 'internal' | 'client';
  from: number;
  to: number;
  attributes: Readonly<Record<string, string | number | boolean>>;
  /** Why it went wrong; left out: it did not. */
  problem?: string;
}

interface Trace {
  traceId: string;
  /** The span of the caller that submitted the job. */
  parentId?: string;
  /** Of the job, or of whatever else the event is about. */
  spanId: string;
}
const ID = 16;
/** Of the flags: whether the one who submitted it records the trace. */
const SAMPLED = 1;

/**
 * The trace that an event belongs to: that of its job's `traceparent`, else one of its own. All ids follow from what is stored, so that
 * each process finds the same without a word of the others, and a repetition is the same span. Null: nobody records that trace.
 */
export function traceOf(event: Event): Trace | null {
  const { data, metadata } = event;
  const own = isJobEvent(event) && 'job' in data ? [event.subject, data.trackedAt] : [metadata.id];
  const spanId = digest('span', ...own).slice(0, ID);
  if (metadata.traceparent === undefined) return { traceId: digest('trace', ...own), spanId };
  const [, traceId = '', parentId = '', flags = ''] = metadata.traceparent.split('-');
  return (Number.parseInt(flags, 16) & SAMPLED) === 0 ? null : { traceId, parentId, spanId };
}

/** Of a job that has ended: its life at the cloud, and how long it was until that was seen. Nothing of other events. */
export function spansOfJob(event: Event): Span[] {
  const { data } = event;
  if (!isJobEvent(event) || !('job' in data) || data.outcome === null) return [];
  const trace = traceOf(event);
  if (!trace) return [];
  const { traceId, parentId, spanId } = trace;
  const at = (time: string | null | undefined): number | null => (time ? Date.parse(time) : null);
  const detected = at(data.detectedAt) ?? Date.parse(event.metadata.time);
  const ended = at(data.endedAt);
  const { job, error, status } = data;
  const to = ended ?? detected;
  const attributes = {
    'jobchime.job': job.key,
    'jobchime.origin': job.origin,
    'jobchime.outcome': data.outcome,
    'cloud.region': job.region,
    ...(status !== null && { 'jobchime.status': status }),
    ...(job.jobType !== null && { 'jobchime.job_type': job.jobType }),
    ...(job.name !== null && job.name !== undefined && { 'jobchime.name': job.name }),
    ...(error?.code && { 'error.type': error.code }),
  };
  const life: Span = {
    traceId,
    spanId,
    ...(parentId && { parentId }),
    name: `job ${job.jobType ?? job.service}`,
    kind: 'internal',
    from: Math.min(at(data.beganAt) ?? Date.parse(data.trackedAt), to),
    to,
    attributes,
    ...(data.outcome !== 'succeeded' && { problem: error?.reason ?? data.outcome }),
  };
  if (ended === null || detected <= ended) return [life];
  const seen: Span = {
    traceId,
    spanId: digest('span', spanId, 'detect').slice(0, ID),
    parentId: spanId,
    name: 'detect',
    kind: 'internal',
    from: ended,
    to: detected,
    attributes: { 'jobchime.origin': job.origin },
  };
  return [life, seen];
}

/** Of one attempt to send an event to one target. */
export interface Attempted {
  delivery: string;
  attempt: number;
  channel: string;
  subscription: string;
  /** As it is shown: without a secret. */
  target: string;
  reason: string;
  isSent: boolean;
  from: number;
  to: number;
}
export function spansOfAttempt(event: Event, one: Attempted): Span[] {
  const trace = traceOf(event);
  if (!trace) return [];
  return [
    {
      traceId: trace.traceId,
      spanId: digest('span', one.delivery, one.attempt, one.from).slice(0, ID),
      // Only what ended has a span of its own.
      parentId: trace.spanId,
      name: `deliver ${one.channel}`,
      kind: 'client',
      from: one.from,
      to: one.to,
      attributes: {
        'jobchime.event': event.kind,
        'jobchime.event_id': event.metadata.id,
        'jobchime.delivery': one.delivery,
        'jobchime.attempt': one.attempt,
        'jobchime.subscription': one.subscription,
        'jobchime.target': one.target,
        'jobchime.reason': one.reason,
      },
      ...(!one.isSent && { problem: one.reason }),
    },
  ];
}
