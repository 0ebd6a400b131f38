import type { Trouble } from '../../core/jobs/observation.ts';
import { ID } from '../../core/jobs/job.ts';
import type { TrailConfig } from '../../core/origin-config.ts';
import type { CloudTrail } from '../../ports.ts';
import { hideShapes } from '../platform/secret-shapes.ts';
import type { Auth } from './auth/auth.ts';
import { jobAt, listAround } from './dialect.ts';
import { dialectOf } from './dialects.ts';
import { infoOf } from './info.ts';
import { readJob } from './job-node.ts';
import { scrub } from './scrub.ts';
import { PAGE, readTraces, tracesUrl, type TraceReader } from './traces.ts';
import type { Answered } from './transport.ts';

interface TrailsDeps {
  authOf(config: TrailConfig): Auth;
  request(auth: Auth, url: URL, signal: AbortSignal | undefined): Promise<Answered>;
  redact(text: string): string;
}

/** A page of large traces is more than is read of an answer; then fewer are asked for. */
const LIMITS = [PAGE, 50, 10];
const TOO_LARGE = /^too_large/;

export function createTrails(configs: readonly TrailConfig[], deps: TrailsDeps): CloudTrail[] {
  return configs.map((config): CloudTrail => {
    const { name, projectId, endpoint, only, labels } = config;
    const auth = deps.authOf(config);
    const redact = (text: string): string => hideShapes(deps.redact(text));
    const scrubbed = (trouble: Trouble): Trouble => scrub(trouble, deps.redact) as Trouble;
    const reader = readerOf(config, redact);
    return {
      discovery: { origin: name, projectId, labels, ...(only && { only }) },
      about: infoOf(config, { service: 'cts' }),
      async page(query, signal) {
        for (const limit of LIMITS) {
          const sent = await deps.request(auth, tracesUrl(endpoint, projectId, query, limit), signal);
          if (sent.kind !== 'answer') {
            if (TOO_LARGE.test(sent.detail) && limit !== LIMITS.at(-1)) continue;
            return scrubbed(sent);
          }
          const read = readTraces(sent.answer, reader);
          return 'kind' in read ? scrubbed(read) : read;
        }
        throw new Error('the last limit always answers');
      },
    };
  });
}

/** `SFS Turbo`, `SFS-TURBO` and `SFSTurbo` are one service. */
const squashed = (service: string): string => service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

function readerOf(config: TrailConfig, redact: (text: string) => string): TraceReader {
  const { projectId, accountId, cloud, origins } = config;
  const known = [...origins].map(([dialect, origin]) => {
    const format = dialectOf(cloud, dialect);
    const { services, version } = format?.traced ?? { services: [dialect] };
    return { services: services.map(squashed), version, origin, format };
  });
  const speaking = (service: string, apiVersion: string | null) => {
    const named = known.filter(({ services }) => services.includes(squashed(service)));
    const exact = named.find(({ version }) => version?.test(apiVersion ?? ''));
    return exact ?? named.find(({ version }) => !version);
  };
  return {
    projectId,
    ...(accountId !== undefined && { accountId }),
    originOf: (service, apiVersion) => speaking(service, apiVersion)?.origin ?? null,
    reportedIn(service, apiVersion, answer) {
      const format = speaking(service, apiVersion)?.format;
      if (!format) return [];
      const raw = listAround(format, answer) ?? [jobAt(format, answer, '')];
      return raw.flatMap((one) => {
        const job = readJob(format, one);
        // What else the service answers has states in words of its own.
        return job?.id && job.meaning && ID.test(job.id) ? [job.id] : [];
      });
    },
    redact,
  };
}
