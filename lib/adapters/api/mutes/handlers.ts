import { isActive, newMute, newMuteId, patternOfMute, type Mute } from '../../../core/notify/mute.ts';
import type { MuteView } from './routes.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { busy, refuse, refuseField } from '../problem.ts';
import { iso } from '../iso.ts';

/** Every event is held against all that are active. */
export const MAX_MUTES = 100;

export function muteHandlers({
  store,
  subscriptions,
  useCases,
  clock,
  random,
}: ApiDeps): Handlers<'createMute' | 'listMutes' | 'deleteMute'> {
  const shown = (row: Mute) => muteView(row, clock());
  return {
    async createMute({ body }, { token, seed }) {
      const { for: lasts, why, failures, ...which } = body;
      const compiled = patternOfMute(which);
      if (!compiled.ok) {
        const { problem, path, fix } = compiled.problems[0]!;
        return refuseField(which.kind ? 'kind' : 'labels', `matches no event: ${path} ${problem}`, fix);
      }
      const active = await store.mutes.list({ state: 'active', limit: 2 * MAX_MUTES });
      const now = clock();
      if (active.rows.filter((row) => isActive(row, now)).length >= MAX_MUTES) return full;
      const id = newMuteId(seed ? seed.slice(0, 24) : random(12).toString('hex'));
      const failuresAtOnce = failures === 'at_once';
      const [created] = await store.mutes.create([
        newMute(id, { which, until: now + lasts, why, by: token.name, failuresAtOnce }, now),
      ]);
      subscriptions.changed();
      return { status: 201, headers: { location: '/v1/mutes' }, body: shown(created!.row) };
    },

    async listMutes({ query }) {
      const { rows, next } = await store.mutes.list({
        limit: query.limit,
        ...(query.cursor && { after: query.cursor }),
      });
      return { status: 200, body: { items: rows.map(shown), next } };
    },

    async deleteMute({ params: { id } }, { token }) {
      const row = await useCases.unmute(id, token.name);
      subscriptions.changed();
      if (row === 'gave_up') return busy;
      return row ? { status: 200, body: shown(row) } : refuse('not_found', `There is no mute '${id}'.`);
    },
  };
}

const full = refuse('full', `${MAX_MUTES} mutes are active. End one: GET /v1/mutes lists them.`);

const muteView = (row: Mute, now: number): MuteView => ({
  id: row.key,
  state: isActive(row, now) ? 'active' : 'ended',
  ...row.which,
  until: iso(row.until),
  why: row.why,
  failures: row.failuresAtOnce ? 'at_once' : 'wait',
  by: row.by,
  endedBy: row.endedBy ?? null,
  createdAt: iso(row.createdAt),
});
