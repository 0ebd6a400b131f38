import { fitsEvent } from '../../../core/jobs/filter.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { filterOf, notTracked, visibleJob } from '../jobs/visible.ts';
import { refuse, type Refusal } from '../problem.ts';

export function eventHandlers(deps: ApiDeps): Handlers<'listEvents'> {
  const { useCases } = deps;
  return {
    async listEvents({ query }, { token, signal }) {
      const { job, limit, after, wait = 0 } = query;
      const filter = filterOf(query);
      if (job !== undefined) {
        const all = (await visibleJob(deps, token, job)) && (await useCases.eventsOf(job));
        const items = all?.filter((event) => fitsEvent(filter, event));
        return items ? { status: 200, body: { items: items.slice(0, limit), next: null } } : notTracked(job);
      }
      const page = { limit, projects: token.projects, filter };
      if (after === undefined) {
        const items = await useCases.newestEvents(page);
        return { status: 200, body: { items, next: items[0]?.metadata.id ?? null } };
      }
      const items = await useCases.feed({
        ...page,
        after: after || null,
        waitMs: wait * 1_000,
        // A request that does not wait need not know whether its sender has gone.
        signal: wait > 0 ? signal() : undefined,
      });
      if (!items) return cursorExpired(after);
      return { status: 200, body: { items, next: items.at(-1)?.metadata.id ?? (after || null) } };
    },
  };
}

const cursorExpired = (after: string): Refusal =>
  refuse(
    'cursor_expired',
    `The event ${after} is not kept, or this token does not see it, so events behind it may be missing. ` +
      "Leave 'after' empty to begin with the oldest event that is kept, or leave it out for the newest.",
  );
