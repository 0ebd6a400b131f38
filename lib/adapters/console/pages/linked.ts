import type { Token } from '../../../core/access/token.ts';
import { projectsIn, groupSubject } from '../../../core/jobs/group.ts';
import { projectIn } from '../../../core/jobs/job.ts';
import type { PageLink } from '../../platform/page-link.ts';
import { markup } from '../markup.ts';
import { card, groupPath, jobPath, moment } from '../parts.ts';
import type { Page, Visit } from '../visit.ts';
import { group } from './group.ts';
import { job } from './job.ts';

/** What a link opens: no more than a token for the projects of that one page could. */
export const tokenOf = ({ what, key, until }: PageLink): Token => ({
  key: `link ${what} ${key}`,
  version: 0,
  createdAt: 0,
  due: null,
  state: 'active',
  name: 'link',
  hash: '',
  scopes: ['read'],
  projects: what === 'job' ? [projectIn(key)] : projectsIn(groupSubject(key)),
  expiresAt: until,
});

/** As the path of the page itself would give them. */
export function paramsOf({ what, key }: PageLink): Record<string, string> {
  const [a = '', b = '', c = ''] = key.split('/');
  return what === 'job' ? { origin: a, projectId: b, jobId: c } : { scope: a, name: b, run: c };
}

/** Where the page of a link is for those who have signed in. */
export const pathOf = ({ what, key }: PageLink): string => (what === 'job' ? jobPath(key) : groupPath(key));

/** The page of the link, and the way to all of it for those who may sign in. */
export async function linked(visit: Visit, link: PageLink): Promise<Page> {
  const { link: t } = visit.texts;
  const page = link.what === 'job' ? await job(visit) : await group(visit);
  const says = markup`<p>${t.says} ${t.until} ${moment(visit, link.until)}.</p><p><a href="${pathOf(link)}">${t.signIn}</a></p>`;
  return { ...page, body: markup`${card('info', says)}${page.body}` };
}
