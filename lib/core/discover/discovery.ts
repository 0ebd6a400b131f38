import { truncate } from '../jobs/bounds.ts';
import type { JobSpec } from '../jobs/job.ts';
import { MAX_WORDS } from '../jobs/spec.ts';
import { matches, type Pattern } from '../notify/pattern.ts';
import type { Trace } from './trace.ts';

/** What is to be found by the traces of one account, and as what. */
export interface Discovery {
  /** The name of its row: that of an origin of its own. */
  origin: string;
  projectId: string;
  /** Calls that count; left out: all. It is matched against `{user, service, operation, name}`. */
  only?: Pattern;
  /** Labels of what matches. */
  labels: readonly { when?: Pattern; set: Readonly<Record<string, string>> }[];
}

/** What patterns are matched against. What is not known is left out, so that `exists` can be said of it. */
const matchable = ({ user, service, operation, name }: Trace): Record<string, string> => ({
  service,
  operation,
  ...(user !== null && { user }),
  ...(name !== null && { name }),
});

export const isWanted = (trace: Trace, { only }: Discovery): boolean =>
  !trace.passedOver && (!only || matches(only, matchable(trace)));

/** The jobs that a call has started, as somebody would have handed them in. */
export function specsOf(trace: Trace, { labels, projectId }: Discovery): JobSpec[] {
  const { origin, jobs, name, user } = trace;
  if (origin === null) return [];
  const shown = matchable(trace);
  const set = Object.assign(
    {},
    ...labels.filter(({ when }) => !when || matches(when, shown)).map((rule) => rule.set),
  ) as Record<string, string>;
  return jobs.submitted.map((jobId) => ({
    origin,
    projectId,
    jobId,
    ...(name !== null && { name: asLine(name) }),
    ...(user !== null && { requestedBy: asLine(user) }),
    ...(Object.keys(set).length > 0 && { labels: set }),
  }));
}

const asLine = (text: string): string => truncate(text.replaceAll(/\s+/g, ' '), MAX_WORDS);
