import { seesProject, type Token } from '../../../core/access/token.ts';
import { isGroupEvent, isJobEvent, type Event } from '../../../core/jobs/event.ts';
import { sampleEvent, type SampleKind } from '../../../core/jobs/sample-event.ts';
import type { ApiDeps, ConfiguredOrigin } from '../deps.ts';
import { isRefusal, refuse, refuseField, type Refusal } from '../problem.ts';
import { originFix } from '../origins/unknown-origins.ts';

/** What somebody says of an event that did not happen. */
export interface AskedSample {
  origin?: string | undefined;
  projectId?: string | undefined;
  jobId?: string | undefined;
  name?: string | undefined;
  labels?: Record<string, string> | undefined;
  requestedBy?: string | undefined;
  subscription?: string | undefined;
}

/** An event of this kind as it would be published at this time, as far as the token may ask for it. */
export function sampleFor(
  { origins }: Pick<ApiDeps, 'origins'>,
  token: Token,
  kind: SampleKind,
  asked: AskedSample,
  { seed, at }: { seed: string; at: number },
): Event | Refusal {
  const known = origins.filter(({ projectId }) => seesProject(token, projectId));
  const origin = originOf(known, asked.origin);
  if (isRefusal(origin)) return origin;
  const { projectId = origin.projectId } = asked;
  const isOfProject = isJobEvent({ kind }) || isGroupEvent({ kind });
  if (!seesProject(token, projectId) || (token.projects !== null && !isOfProject)) return foreign;
  const { name, dialect = 'ecs', cloud = 'huawei', region = '' } = origin;
  return sampleEvent({
    kind,
    seed,
    at,
    about: {
      projectId,
      jobId: asked.jobId,
      info: { origin: name, service: dialect, cloud, region },
      name: asked.name ?? 'web-7',
      labels: asked.labels ?? {},
      requestedBy: asked.requestedBy,
      subscription: asked.subscription ?? 'somebody',
    },
  });
}

function originOf(known: readonly ConfiguredOrigin[], name: string | undefined): ConfiguredOrigin | Refusal {
  const found = name === undefined ? known[0] : known.find((one) => one.name === name);
  if (found) return found;
  if (name === undefined) return foreign;
  return refuseField('origin', `'${name}' is not configured`, originFix(name, known));
}

const foreign = refuse(
  'forbidden',
  'The token is limited to projects: it asks about jobs and groups of these, and about nothing else.',
);
