import { dialectOf } from '../../adapters/clouds/dialects.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { Finding } from '../../adapters/console/home.ts';
import { isRecord } from '../../core/is-record.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import { compilePattern, matches } from '../../core/notify/pattern.ts';
import type { OriginConfig } from '../../core/origin-config.ts';

/** An origin, what was seen of it, and what follows from that alone. */
export interface Tried {
  origin: OriginConfig;
  seen: Observation;
  finding: Finding;
}

/**
 * An account brings all services of a cloud along, also those that its user may not read and those that the region or the project does
 * not have. While another service lets us in, that is worth knowing and not wrong, unless somebody named the service.
 */
export function withoutThoseNotHad(tried: readonly Tried[], { trails }: Config): Finding[] {
  const letIn = new Set(tried.filter(({ finding }) => finding.ok).map(({ origin }) => origin.account));
  return tried.map(({ origin, seen, finding }) => {
    const { account } = origin;
    const why = finding.ok ? null : whyNotHad(seen);
    if (why === null || account === undefined || !letIn.has(account)) return finding;
    const trail = trails.find((one) => one.account === account);
    if (isNamed(origin, trail?.only?.raw)) return finding;
    const isFound = trail !== undefined && isTaken(origin, trail.only?.raw);
    return { ...finding, ok: true, warns: true, fix: fixOf(why, isFound) };
  });
}

type Why = 'right' | 'service';

/** Of credentials that are right elsewhere. */
function whyNotHad(seen: Observation): Why | null {
  // A page comes from what stands in front of the service, which knows of no rights.
  if (seen.kind === 'denied') return /^HTTP 403(?!: an HTML page)/.test(seen.detail) ? 'right' : null;
  if (seen.kind === 'misrouted') return seen.detail.startsWith('HTTP 404') ? 'service' : null;
  return seen.kind === 'unavailable' && seen.detail.startsWith('dns: ') ? 'service' : null;
}

function fixOf(why: Why, isFound: boolean): string {
  if (why === 'service')
    return 'The service seems not to be there: none of its jobs is followed. If you do not use it, all is well.';
  const them = isFound ? 'Its jobs are found, but none is followed' : 'None of its jobs is followed';
  const or = isFound
    ? ', or name the services that you use as discover.only.service (docs/discovery.md)'
    : '';
  return `${them}: give the user the right to read them (docs/clouds.md)${or}.`;
}

/**
 * `only: { service: [ECS] }`, or by a pattern: `{ prefix: EC }`. One that also takes what nobody has heard of, such as `anything-but`,
 * names none.
 */
function isNamed(origin: OriginConfig, only: unknown): boolean {
  const matchers = isRecord(only) && Array.isArray(only.service) ? (only.service as unknown[]) : [];
  return matchers.some((one) => {
    const service = [one];
    return !takes({ service }, ['UNHEARD-OF']) && takes({ service }, namesOf(origin));
  });
}

/** Whether records of this service count: of the others no job is found. */
const isTaken = (origin: OriginConfig, only: unknown): boolean =>
  !isRecord(only) || !('service' in only) || takes({ service: only.service }, namesOf(origin));

/** The names that a service may have in records, all that are known. */
function namesOf({ cloud, dialect }: OriginConfig): string[] {
  const { services } = dialectOf(cloud, dialect)?.traced ?? { services: [dialect] };
  return services.flatMap((name) => ['-', ' ', ''].map((sign) => name.toUpperCase().replaceAll('-', sign)));
}

/** Signs and case of a name that stands there as it is do not matter. */
function takes({ service }: { service: unknown }, names: readonly string[]): boolean {
  const wanted = [service].flat().map((one) => (typeof one === 'string' ? squashed(one) : one));
  const read = compilePattern({ service: wanted });
  return (
    read.ok &&
    names.some((name) => [name, squashed(name)].some((one) => matches(read.pattern, { service: one })))
  );
}

const squashed = (service: string): string => service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
