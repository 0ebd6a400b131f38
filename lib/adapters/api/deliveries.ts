import { seesEvent, seesProject, type Token } from '../../core/access/token.ts';
import { eventId } from '../../core/jobs/event.ts';
import { deliveryKey, type Delivery } from '../../core/notify/delivery.ts';
import type { Page } from '../../ports.ts';
import type { ApiDeps } from './deps.ts';
import type { Handlers } from './handlers.ts';
import { refuse } from './problem.ts';
import type { Input } from './routes.ts';
import { deliveryView } from './views.ts';

type Query = Input<'listDeliveries'>['query'];

export function deliveryHandlers({ store }: ApiDeps): Handlers<'listDeliveries' | 'getDelivery'> {
  const page = (
    token: Token,
    query: Query,
    prefix: string | undefined,
    after = query.cursor,
  ): Promise<Page<Delivery>> =>
    store.deliveries.list({
      limit: query.limit,
      ...(token.projects && { only: ({ event }: Delivery) => seesEvent(token, event) }),
      ...(query.state && { state: query.state }),
      ...(prefix && { prefix }),
      ...(after && { after }),
    });

  /**
   * Those of one job are those of its events, one event after the other: the cursor says which, and the place within. A
   * page holds deliveries of one event, so it may be short.
   */
  async function ofEvents(token: Token, query: Query, ids: readonly string[]): Promise<Page<Delivery>> {
    const [, digits = '0', after = ''] = /^(\d)\.(.*)$/.exec(query.cursor ?? '') ?? [];
    const nth = Number(digits);
    const id = ids[nth];
    if (!id) return { rows: [], next: null };
    const { rows, next } = await page(token, query, `${id}/`, after);
    if (next !== null) return { rows, next: `${nth}.${next}` };
    return { rows, next: nth + 1 < ids.length ? `${nth + 1}.` : null };
  }

  return {
    async listDeliveries({ query }, { token }) {
      const shown = ({ rows, next }: Page<Delivery>) => ({
        status: 200 as const,
        body: { items: rows.map(deliveryView), next },
      });
      if (query.job === undefined) return shown(await page(token, query, query.event && `${query.event}/`));
      const job = await store.jobs.get(query.job);
      if (!job || !seesProject(token, job.projectId))
        return refuse('not_found', `${query.job} is not tracked.`);
      return shown(
        await ofEvents(
          token,
          query,
          job.emitted.map((kind) => eventId(job.key, job.createdAt, kind)),
        ),
      );
    },

    async getDelivery({ params }, { token }) {
      const row = await store.deliveries.get(deliveryKey(params.eventId, params.deliveryId));
      return row && seesEvent(token, row.event)
        ? { status: 200, body: deliveryView(row) }
        : refuse('not_found', 'There is no such delivery.');
    },
  };
}
