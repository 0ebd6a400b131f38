import { remembered } from '../../core/remembered.ts';
import { ID } from '../../core/jobs/job.ts';
import type { Observation, Report } from '../../core/jobs/observation.ts';
import { all, type Dialect, type Pages } from './dialect.ts';
import { consoleOf } from './endpoints.ts';
import { textOf } from './json.ts';

export interface CloudRegion {
  cloud: string;
  region: string;
}

/** The page of all that a service has in a region; null where the page or the region's console is not known. */
export const servicePage = ({ console }: Pick<Dialect, 'console'>, where: CloudRegion): string | null =>
  console ? urlOf(console.list, where) : null;

/**
 * The observation with the page of the resource that the job worked on, where that is one and still there. Of what the cloud
 * says only an id gets into a link, and only one that looks like an id.
 */
export function withResourcePage(seen: Observation, dialect: Dialect, where: CloudRegion): Observation {
  const one = dialect.console?.one;
  if (!('report' in seen) || !one || isGone(seen)) return seen;
  const [id, ...others] = idsIn(seen.report, one);
  const consoleUrl = id !== undefined && others.length === 0 ? urlOf(one.page, where, id) : null;
  return consoleUrl === null ? seen : { ...seen, report: { ...seen.report, consoleUrl } };
}

/** What is deleted has no page. */
const isGone = ({ kind, report }: Extract<Observation, { report: unknown }>): boolean =>
  kind === 'succeeded' && /delete|release/i.test(report.jobType ?? '');

/** What the job itself names; or its sub-job, where that is the only one: of several, some may be left out. */
function idsIn({ entities, subJobs }: Report, { id }: NonNullable<Pages['one']>): string[] {
  const found = new Set<string>();
  for (const where of subJobs.total > 1 ? [id] : [id, `sub_jobs.${id}`]) {
    for (const one of all(entities, where)) {
      const text = textOf(one);
      if (text !== null && ID.test(text)) found.add(text);
    }
  }
  return [...found];
}

const urlOf = (page: string, { cloud, region }: CloudRegion, id = ''): string | null => {
  const url = filled(`${cloud}\n${region}\n${page}`);
  return url === '' ? null : url.replaceAll('{id}', () => encodeURIComponent(id));
};

/** All but the id of a page, for a cloud, a region and a page; empty where the console is not known. */
const filled = remembered(500, (key) => {
  const [cloud = '', region = '', page = ''] = key.split('\n');
  const host = consoleOf(cloud, region);
  if (!host) return '';
  const named = (_: string, name: string): string =>
    name === 'id' ? '{id}' : encodeURIComponent(name === 'region' ? region : '');
  return host + page.replaceAll(/\{(\w+)\}/g, named);
});
