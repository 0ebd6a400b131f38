import { seesProject } from '../../../core/access/token.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';

export const statsHandlers = ({ useCases, origins }: ApiDeps): Handlers<'listStats'> => ({
  async listStats(_, { token }) {
    const seen = origins.filter(({ projectId }) => seesProject(token, projectId));
    const items = await useCases.stats(seen.map(({ name }) => name));
    return { status: 200, body: { items, next: null } };
  },
});
