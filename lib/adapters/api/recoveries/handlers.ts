import type { Token } from '../../../core/access/token.ts';
import { isAdHoc } from '../../../core/notify/notify.ts';
import { newRecoveryId, type Recovery, type Which } from '../../../core/notify/recovery.ts';
import type { AskedRecovery, Survey } from '../../../app/deliver/recover.ts';
import type { CountView, RecoveryView } from './answers.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, isRefusal, refuse, refuseField, type Refusal } from '../problem.ts';
import type { RecoverBody, ReplayBody } from './requests.ts';
import { iso, isoOrNull } from '../iso.ts';

type RecoveryRoutes = 'createRecovery' | 'replay' | 'listRecoveries' | 'getRecovery' | 'stopRecovery';

/** Messages in a second, unless somebody says how many. */
const PER_SECOND = 10;
const DAY_MS = 86_400_000;

export function recoveryHandlers(deps: ApiDeps): Handlers<RecoveryRoutes> {
  const { store, subscriptions, useCases, clock, random } = deps;

  async function begin(
    asked: AskedRecovery,
    isDryRun: boolean,
    seed: string | undefined,
  ): Promise<
    | { status: 200; body: CountView }
    | { status: 201; body: RecoveryView; headers: Record<string, string> }
    | Refusal
  > {
    if (isDryRun) return { status: 200, body: countView(asked, await useCases.survey(asked)) };
    const id = newRecoveryId(seed ? seed.slice(0, 24) : random(12).toString('hex'));
    const row = await useCases.startRecovery(id, asked);
    if (row === 'full') return full;
    return { status: 201, headers: { location: `/v1/recoveries/${id}` }, body: recoveryView(row) };
  }

  const byWhom = ({ name, key }: Token) => ({ by: name, token: key });
  const seen = async (token: Token, id: string): Promise<Recovery | null> => {
    const row = await store.recoveries.get(id);
    return row && isOf(token, row) ? row : null;
  };
  const isSubscribed = async (id: string): Promise<boolean> =>
    (await subscriptions.all()).some((one) => one.id === id);

  return {
    async createRecovery({ body }, { token, seed }) {
      const { subscription } = body;
      subscriptions.changed();
      // A token that sees some projects alone does not learn which subscriptions there are.
      if (
        token.projects === null &&
        subscription &&
        !isAdHoc(subscription) &&
        !(await isSubscribed(subscription))
      )
        return refuseField('subscription', `names no subscription: '${subscription}'`, LIST_THEM);
      const span = spanOf(body, clock());
      if (isRefusal(span)) return span;
      const { states, reasons, labels, perSecond = PER_SECOND, dryRun = false } = body;
      const which: Which = {
        ...span,
        ...(subscription && { subscription }),
        ...(states && { states }),
        ...(reasons && { reasons }),
        ...(labels && { labels }),
        projects: token.projects,
      };
      return begin({ how: 'recover', ...byWhom(token), which, perSecond }, dryRun, seed);
    },

    async replay({ params: { id }, body }, { token, seed }) {
      subscriptions.changed();
      if (!(await isSubscribed(id))) return refuse('not_found', `There is no subscription '${id}'.`);
      const span = spanOf(body, clock());
      if (isRefusal(span)) return span;
      const { labels, perSecond = PER_SECOND, dryRun = false } = body;
      const which: Which = { ...span, subscription: id, ...(labels && { labels }), projects: null };
      return begin({ how: 'replay', ...byWhom(token), which, perSecond }, dryRun, seed);
    },

    async listRecoveries({ query: { limit, cursor } }, { token }) {
      const { rows, next } = await store.recoveries.list({
        limit,
        ...(token.projects && { only: (row: Recovery) => isOf(token, row) }),
        ...(cursor && { after: cursor }),
      });
      return { status: 200, body: { items: rows.map(recoveryView), next } };
    },

    async getRecovery({ params: { id } }, { token }) {
      const row = await seen(token, id);
      return row ? { status: 200, body: recoveryView(row) } : notFound;
    },

    async stopRecovery({ params: { id } }, { token }) {
      if (!(await seen(token, id))) return notFound;
      const stopped = await useCases.stopRecovery(id, token.name);
      if (stopped === null) return notFound;
      if (stopped === 'gave_up') return busy;
      return stopped === 'over' ? over : { status: 200, body: recoveryView(stopped) };
    },
  };
}

/** Who sees some projects alone sees what was asked for with the same token. */
const isOf = (token: Token, row: Recovery): boolean => token.projects === null || row.token === token.key;

const LIST_THEM = 'GET /v1/subscriptions lists them.';
const notFound = refuse('not_found', 'There is no such recovery.');
const over = refuse('conflict', 'It has ended already.');
const full = refuse(
  'conflict',
  'Too many recoveries are under way. Wait for one, or stop one: GET /v1/recoveries lists them.',
);

/** From a time to a time, which is now at the latest. */
function spanOf(body: RecoverBody | ReplayBody, now: number): Pick<Which, 'since' | 'until'> | Refusal {
  const since = Date.parse(body.since);
  const until = body.until === undefined ? now : Math.min(now, Date.parse(body.until));
  if (since > now + DAY_MS / 24) return refuseField('since', 'lies ahead', 'Write a time that has passed.');
  return since <= until
    ? { since, until }
    : refuseField('until', 'lies before since', 'Write a later time, or leave it out.');
}

const whichView = ({ since, until, subscription, states, reasons, labels }: Which) => ({
  since: iso(since),
  until: iso(until),
  subscription: subscription ?? null,
  states: states ? [...states] : null,
  reasons: reasons ? [...reasons] : null,
  labels: { ...labels },
});

const countView = ({ how, which }: AskedRecovery, { complete, progress, reachedAt }: Survey): CountView => ({
  how,
  ...whichView(which),
  complete,
  ...progress,
  reachedAt: iso(reachedAt),
});

export const recoveryView = (row: Recovery): RecoveryView => ({
  id: row.key,
  how: row.how,
  state: row.state,
  by: row.by,
  ...whichView(row.which),
  perSecond: row.perSecond,
  ...row.progress,
  reachedAt: iso(row.reachedAt),
  createdAt: iso(row.createdAt),
  endedAt: isoOrNull(row.endedAt),
});
