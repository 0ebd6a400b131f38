import { seesProject } from '../../../core/access/token.ts';
import { checkQueue } from '../../../core/row.ts';
import type { OriginView } from './routes.ts';
import type { ApiDeps, ConfiguredOrigin } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { iso } from '../iso.ts';

export function originHandlers({ store, origins, clock }: ApiDeps): Handlers<'listOrigins'> {
  async function view({ name, projectId, dialect, cloud, region }: ConfiguredOrigin): Promise<OriginView> {
    const [row, { count }] = await Promise.all([store.origins.get(name), store.jobs.depth(checkQueue(name))]);
    const trouble = row && row.state !== 'ok' ? row : null;
    return {
      name,
      dialect: dialect ?? null,
      cloud: cloud ?? null,
      region: region ?? null,
      projectId,
      state: row?.state ?? 'ok',
      reason: trouble?.reason ?? null,
      detail: trouble?.detail ?? null,
      since: trouble && iso(trouble.since),
      pausedUntil: row && row.pausedUntil > clock() ? iso(row.pausedUntil) : null,
      outstanding: count,
    };
  }

  return {
    async listOrigins(_, { token }) {
      const seen = origins.filter(({ projectId }) => seesProject(token, projectId));
      return { status: 200, body: { items: await Promise.all(seen.map(view)), next: null } };
    },
  };
}
