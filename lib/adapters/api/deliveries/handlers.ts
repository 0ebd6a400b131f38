import { seesEvent, seesProject, type Token } from '../../../core/access/token.ts';
import { eventId } from '../../../core/jobs/event.ts';
import { deliveryKey, type Delivery } from '../../../core/notify/delivery.ts';
import type { Unsendable } from '../../../app/deliver/redeliver.ts';
import type { Page } from '../../../ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, refuse } from '../problem.ts';
import type { Input } from '../routes.ts';
import { deliveryView } from './view.ts';

type Query = Input<'listDeliveries'>['query'];

export function deliveryHandlers({
  store,
  subscriptions,
  useCases,
}: ApiDeps): Handlers<'listDeliveries' | 'getDelivery' | 'redeliver'> {
  const page = (
    token: Token,
    query: Query,
    prefix: string | undefined,
    after = query.cursor,
  ): Promise<Page<Delivery>> =>
    store.deliveries.list({
      limit: query.limit,
      ...((token.projects ?? query.id) && { only: (row: Delivery) => isMeant(token, query, row) }),
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

  const seen = async (token: Token, key: string): Promise<Delivery | null> => {
    const row = await store.deliveries.get(key);
    return row && seesEvent(token, row.event) ? row : null;
  };

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
      const row = await seen(token, deliveryKey(params.eventId, params.deliveryId));
      return row ? { status: 200, body: deliveryView(row) } : notFound;
    },

    async redeliver({ params }, { token }) {
      const key = deliveryKey(params.eventId, params.deliveryId);
      if (!(await seen(token, key))) return notFound;
      subscriptions.changed();
      const asked = await useCases.redeliver(key, token.name);
      if (asked.outcome === 'asked') return { status: 202, body: deliveryView(asked.row) };
      if (asked.outcome === 'refused') return refuse('conflict', UNSENDABLE[asked.why]);
      return asked.outcome === 'not_found' ? notFound : busy;
    },
  };
}

const isMeant = (token: Token, { id }: Query, row: Delivery): boolean =>
  seesEvent(token, row.event) && (id === undefined || row.id === id);

const notFound = refuse('not_found', 'There is no such delivery.');
const UNSENDABLE: Record<Unsendable, string> = {
  sending: 'It is being sent just now. Ask again when that has ended.',
  subscription_removed: 'Its subscription is not there any more, or does not send to that address any more.',
  unsubscribed: 'The owner of its mail address has unsubscribed.',
  locked:
    'The secrets of its subscription cannot be opened with the configured key: configure the api.secret_key that it was made with.',
  unverified:
    'The target of its subscription has not answered the challenge: POST /v1/subscriptions/{id}/verify asks it again.',
  expired: 'Its event is not kept any more.',
};
