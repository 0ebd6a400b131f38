import { seesProject } from '../../../core/access/token.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';

export const statsHandlers = ({ useCases, origins, trails }: ApiDeps): Handlers<'listStats'> => ({
  async listStats(_, { token }) {
    const seen = (all: readonly { name: string; projectId: string }[]): string[] =>
      all.filter(({ projectId }) => seesProject(token, projectId)).map(({ name }) => name);
    const items = await useCases.stats(seen(origins));
    const records = await useCases.recordCounts(seen(trails));
    return { status: 200, body: { items, next: null, ...(trails.length > 0 && { records }) } };
  },
});
