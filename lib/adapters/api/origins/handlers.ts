import { seesProject } from '../../../core/access/token.ts';
import { countsOf } from '../../../core/discover/counts.ts';
import { NEW_TRAIL } from '../../../core/discover/trail.ts';
import type { Origin } from '../../../core/jobs/origin.ts';
import { NEW_PACE, rateOf } from '../../../core/jobs/pace.ts';
import { RATE } from '../../../core/origin-config.ts';
import { checkQueue } from '../../../core/row.ts';
import type { OriginView } from './routes.ts';
import type { ApiDeps, ConfiguredOrigin } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { iso } from '../iso.ts';

export function originHandlers({ store, origins, trails, clock }: ApiDeps): Handlers<'listOrigins'> {
  /**
   * What waits for a check is outstanding, or was reported lost and is looked for in case it turns up. Among thousands the few lost
   * ones are not worth a read.
   */
  async function outstandingOf(names: readonly string[]): Promise<number[]> {
    const counts = await Promise.all(
      names.map(async (name) => (await store.jobs.depth(checkQueue(name))).count),
    );
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (all === 0 || all > MANY) return counts;
    const { rows } = await store.jobs.list({ state: 'lost', limit: MANY });
    const lost = rows.map(({ due }) => due?.queue);
    return counts.map((count, n) => count - lost.filter((queue) => queue === checkQueue(names[n]!)).length);
  }

  async function view(configured: ConfiguredOrigin, outstanding: number): Promise<OriginView> {
    const { name, projectId, dialect, cloud, region, rate = RATE, account } = configured;
    const trail = trails.find((one) => one.account === account);
    const [row, records] = await Promise.all([
      store.origins.get(name),
      trail ? store.origins.get(trail.name) : null,
    ]);
    const trouble = troubleOf(row);
    const pace = row?.pace ?? NEW_PACE;
    return {
      name,
      dialect: dialect ?? null,
      cloud: cloud ?? null,
      region: region ?? null,
      projectId,
      ...stateOf(row),
      since: trouble && iso(trouble.since),
      pausedUntil: row && row.pausedUntil > clock() ? iso(row.pausedUntil) : null,
      outstanding: Math.max(0, outstanding),
      answeredAt: row && row.answeredAt > 0 ? iso(row.answeredAt) : null,
      pace: {
        perSecond: rateOf(pace, rate),
        most: rate,
        quota: pace.limit === null ? null : { perSecond: pace.limit, at: iso(pace.limitAt) },
      },
      discovery: trail ? discoveryOf(trail.account, records) : null,
    };
  }

  function discoveryOf(account: string, row: Origin | null): OriginView['discovery'] {
    const { upTo, counts } = row?.trail ?? NEW_TRAIL;
    const services = countsOf(counts, clock());
    return { account, ...stateOf(row), readUpTo: upTo > 0 ? iso(upTo) : null, services };
  }

  return {
    async listOrigins(_, { token }) {
      const seen = origins.filter(({ projectId }) => seesProject(token, projectId));
      const outstanding = await outstandingOf(seen.map(({ name }) => name));
      const items = await Promise.all(seen.map((one, n) => view(one, outstanding[n]!)));
      return { status: 200, body: { items, next: null } };
    },
  };
}

const MANY = 1_000;

const troubleOf = (row: Origin | null): Origin | null => (row && row.state !== 'ok' ? row : null);
const stateOf = (row: Origin | null) => ({
  state: row?.state ?? ('ok' as const),
  reason: troubleOf(row)?.reason ?? null,
  detail: troubleOf(row)?.detail ?? null,
});
