import { change, stop } from '../../../core/change.ts';
import { isMailbox } from '../../../core/notify/channel.ts';
import {
  untilConfirmed,
  type Definition,
  type Verification,
} from '../../../core/notify/stored-subscription.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handlers.ts';
import { isRefusal, refuseField, type Refusal } from '../problem.ts';
import { createFinding } from './found.ts';
import type { SubscriptionChange } from './requests.ts';
import { isDefined, refusalOf, type Defined } from './rows.ts';
import {
  askToConfirm,
  KEY_FIX,
  mentionRefused,
  neverAsked,
  newConfirmation,
  readWhere,
  sealSecret,
  sealSigningKeys,
  storedRequest,
  wordsRefused,
} from './target.ts';
import { challenge, isAsked, tellOfSkipping, toVerify } from './verify.ts';

export function changeHandlers(deps: ApiDeps): Handlers<'changeSubscription'> {
  const { store, subscribing, clock, random } = deps;
  const { notMadeHere, shown } = createFinding(deps);

  return {
    async changeSubscription({ params: { id }, body }, { token }) {
      // One link, however often the row has to be read again: nobody gets two mails for one change.
      const confirming = body.target === undefined ? null : newConfirmation(random, id, clock());
      let failed: Refusal | null | undefined;
      const changed = await change(store.subscriptions, id, async (row) => {
        if (!row || !isDefined(row)) return stop(await notMadeHere(id));
        const asking = toVerify(clock(), body.skipChallenge ? token.name : null);
        const next = await withChanges(subscribing, row, body, confirming, asking);
        if (isRefusal(next)) return stop(next);
        if (confirming && next.definition.confirmation === confirming.stored) {
          if (failed === undefined)
            failed = await askToConfirm(subscribing, next.definition, confirming.token);
        }
        return failed ? stop(failed) : next;
      });
      const refused = refusalOf(changed);
      if (refused) return refused;
      if (changed.outcome === 'saved' && isDefined(changed.row)) {
        if (body.skipChallenge) tellOfSkipping(deps, changed.row);
        // With other keys, or asked in another way, it may answer what it did not before.
        if (body.target !== undefined || body.signingKeys || body.request !== undefined)
          await challenge(deps, changed.row);
      }
      return shown(id);
    },
  };
}

/** When its events are gathered, as far as that is said; null takes it away. */
export const gatheringOf = ({
  fold,
  rollup,
  digest,
  quiet,
}: Pick<SubscriptionChange, 'fold' | 'rollup' | 'digest' | 'quiet'>) => ({
  ...(fold !== undefined && { fold }),
  ...(rollup !== undefined && { rollup }),
  ...(digest !== undefined && { digest: digest ?? undefined }),
  ...(quiet !== undefined && { quiet: quiet ?? undefined }),
});

/** The row with a change. A target that is new is asked first. Another mail address has to confirm anew, by a link that holds `confirming`. */
async function withChanges(
  subscribing: ApiDeps['subscribing'],
  row: Defined,
  change: SubscriptionChange,
  confirming: ReturnType<typeof newConfirmation> | null,
  asking: Verification,
): Promise<Defined | Refusal> {
  const { name, on, pattern, ordered, lang, zone, template, mention, target } = change;
  const { signingKeys, secret, request, skipChallenge } = change;
  const before = row.definition;
  const where = target === undefined ? {} : readWhere(subscribing, row.key, before.channel, target);
  if (isRefusal(where)) return where;
  const keys =
    secret === undefined
      ? signingKeys && sealSigningKeys(subscribing.sealer, row.key, before.channel, signingKeys)
      : sealSecret(subscribing.sealer, row.key, before.channel, secret);
  if (keys && isRefusal(keys)) return keys;
  if (keys && !subscribing.sealer) return refuseField('signingKeys', 'cannot be kept', KEY_FIX);
  const own = request && (await storedRequest(subscribing, row.key, before.channel, request));
  if (own && isRefusal(own)) return own;
  const unsaid = template && (await wordsRefused(subscribing, before.channel, template));
  if (unsaid) return unsaid;
  const unmentioned = mention && mentionRefused(before.channel, mention);
  if (unmentioned) return unmentioned;
  const moved = 'address' in where && isMailbox(before.channel) && where.address !== before.address;
  if (skipChallenge && !isAsked(before.channel)) return neverAsked;
  // One that has answered under this address, or was there before targets were asked, needs no new answer.
  const elsewhere = 'endpoint' in where && where.endpoint !== before.endpoint;
  const waits = before.verification?.state === 'unverified';
  const toAsk = isAsked(before.channel) && (elsewhere || (waits && skipChallenge));
  const { request: former, template: words, mention: called, ...known } = before;
  const { oldKeys: _, rotation: __, ...unrotated } = known;
  const said = template === undefined ? words : (template ?? undefined);
  const calls = mention === undefined ? called : (mention ?? undefined);
  const kept = request === undefined ? former : (own ?? undefined);
  const definition: Definition = {
    ...(keys ? unrotated : known),
    ...(kept && { request: kept }),
    ...where,
    ...(name !== undefined && { name }),
    ...(on !== undefined && { on, pattern: null }),
    ...(pattern !== undefined && { on: null, pattern }),
    ...(ordered !== undefined && { ordered }),
    ...(lang !== undefined && { lang }),
    ...(zone !== undefined && { zone }),
    ...gatheringOf(change),
    ...(said && { template: said }),
    ...(calls && { mention: calls }),
    ...(keys && { signingKeys: keys.sealed }),
    ...(toAsk && { verification: asking }),
    ...(moved && { confirmation: confirming!.stored }),
  };
  return {
    ...row,
    definition,
    ...(keys && { due: null }),
    ...(moved && { state: 'confirming', due: untilConfirmed(definition) }),
  };
}
