import { seesEvent, seesProject, type Token } from '../../../core/access/token.ts';
import { PING, type Event } from '../../../core/jobs/event.ts';
import { asDrill } from '../../../core/notify/drill.ts';
import { isReached, type Routing } from '../../../core/notify/routing.ts';
import type { KnownChannel } from '../../channels/registry.ts';
import type { RouteTestView } from './routes.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { isRefusal, refuse, type Refusal } from '../problem.ts';
import type { RoutesTestBody } from './requests.ts';
import { sampleFor } from './sample.ts';
import { notFound as noSubscription } from '../subscriptions/rows.ts';
import { iso, isoOrNull } from '../iso.ts';

export function routingHandlers(deps: ApiDeps): Handlers<'testRoutes' | 'drill'> {
  const { store, subscriptions, useCases, clock, random } = deps;

  async function eventOf(token: Token, body: RoutesTestBody, at: number): Promise<Event | Refusal> {
    const { event: id, job: key, sample } = body;
    if (id !== undefined) {
      const event = await useCases.eventNamed(id);
      if (!event || !seesEvent(token, event)) return noEvent;
      return event.kind === PING ? isTest : event;
    }
    const job = key === undefined ? null : await store.jobs.get(key);
    if (key !== undefined && (!job || !seesProject(token, job.projectId)))
      return refuse('not_found', `${key} is not tracked.`);
    if (sample !== undefined)
      return sampleFor(deps, token, sample, { ...aboutJob(job), ...given(body) }, { seed: 'routes', at });
    return (await useCases.newestOf(key!)) ?? noEventYet;
  }

  return {
    async testRoutes({ body }, { token }) {
      const at = body.at === undefined ? clock() : Date.parse(body.at);
      subscriptions.changed();
      const event = await eventOf(token, body, at);
      if (isRefusal(event)) return event;
      return { status: 200, body: routingView(await useCases.routing(event, at), token.projects === null) };
    },

    async drill({ body: { sample, to, ...about } }, { token, seed }) {
      const at = clock();
      subscriptions.changed();
      const asked = { requestedBy: token.name, ...about };
      const of = `drill ${seed ?? random(12).toString('hex')}`;
      const made = sampleFor(deps, token, sample, asked, { seed: of, at });
      if (isRefusal(made)) return made;
      const event = asDrill(made, of, to);
      const told = await useCases.routing(event, at);
      const meant = told.routes.find(({ subscription }) => subscription === to);
      if (to !== undefined && !meant) return noSubscription(to);
      if (!told.routes.some(isReached)) return reachesNobody(event.kind, meant?.mismatch ?? null);
      if ((await useCases.drill(event, token.name)) === 'refused') return notTaken;
      return { status: 202, body: routingView(told, true) };
    },
  };
}

const given = ({ origin, projectId, name, labels, requestedBy, subscription }: RoutesTestBody) =>
  Object.fromEntries(
    Object.entries({ origin, projectId, name, labels, requestedBy, subscription }).filter(
      ([, value]) => value !== undefined,
    ),
  );

type JobRow = Awaited<ReturnType<ApiDeps['store']['jobs']['get']>>;
/** What an event of this job would say of it. */
const aboutJob = (job: JobRow) =>
  job && {
    origin: job.origin,
    projectId: job.projectId,
    jobId: job.jobId,
    labels: job.labels,
    ...(job.name !== null && { name: job.name }),
    ...(job.requestedBy !== null && { requestedBy: job.requestedBy }),
  };

const reachesNobody = (kind: string, mismatch: string | null): Refusal =>
  refuse(
    'conflict',
    mismatch === null
      ? `No subscription gets a ${kind} like this, so nothing was sent. POST /v1/routes/test says why.`
      : `The pattern of this subscription does not match, so nothing was sent: ${mismatch}. POST /v1/subscriptions/{id}/test sends a message whatever the pattern says.`,
  );
const notTaken = refuse('unavailable', 'The bus did not take the event. Try again.', {
  headers: { 'retry-after': '1' },
});

const noEvent = refuse('not_found', 'There is no such event, or it is not kept any more.');
const isTest = refuse(
  'conflict',
  'It is a test of one subscription, and went there whatever the patterns say.',
);
const noEventYet = refuse(
  'conflict',
  'There is no event of this job so far. Give sample too, for instance job.failed: what if it failed?',
);

/** Who may see only some projects does not see what others have subscribed. */
const routingView = ({ event, at, routes }: Routing, seesAll: boolean): RouteTestView => ({
  event,
  at: iso(at),
  routes: routes
    .filter((one) => seesAll || isReached(one))
    .map(({ targets, channel, ...rest }) => ({
      ...rest,
      channel: channel as KnownChannel,
      targets: targets.map((one) => ({ ...one, at: isoOrNull(one.at) })),
    })),
});
