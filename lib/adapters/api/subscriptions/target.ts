import { sha256 } from '../../../core/access/token.ts';
import { toStored, type StoredRequest } from '../../../core/notify/stored-request.ts';
import type { RequestSettings } from '../../../core/notify/subscription.ts';
import { OWN_WORDS, type OwnWords } from '../../../core/notify/own-words.ts';
import type { Definition } from '../../../core/notify/stored-subscription.ts';
import { isMailbox, type ChannelName } from '../../../core/notify/channel.ts';
import { readAddress, readTarget } from '../../../core/input/values.ts';
import { definitionOf, targetOn } from '../../channels/registry.ts';
import type { Sealer } from '../../platform/seal.ts';
import type { Subscribing } from '../deps.ts';
import { refuse, refuseField, type Refusal } from '../problem.ts';

/** The part of a definition that says where to, as it may be stored. */
export type Where = Pick<Definition, 'endpoint' | 'shown' | 'address'>;

export function readWhere(
  { sealer, allowPrivate, confirmation, undeployed }: Subscribing,
  id: string,
  channel: ChannelName,
  target: string,
): Where | Refusal {
  const hint = definitionOf(channel)?.targetHint ?? '';
  const fault = undeployed?.(channel);
  if (fault) return refuseField('channel', fault.problem, fault.fix);
  if (isMailbox(channel)) {
    if (!confirmation) return noMail;
    const read = readAddress(target);
    if (!read.ok) return refuseField('target', read.problem, read.fix ?? hint);
    return whereOf(channel, target, target);
  }
  if (!sealer) return noKey;
  const url = readTarget(target, allowPrivate);
  const read = url.ok ? (definitionOf(channel)?.accepts?.(target) ?? url) : url;
  if (!read.ok) return refuseField('target', read.problem, read.fix ?? hint);
  return whereOf(channel, target, sealer.seal(target, id));
}

function whereOf(channel: ChannelName, target: string, address: string): Where {
  const { endpoint, shown } = targetOn(channel, () => target);
  return { endpoint, shown, address };
}

const noMail = refuseField(
  'channel',
  'is email, and this service cannot ask an address to confirm',
  'Configure mail and api.public_url.',
);
/** What the operator does where a secret cannot be kept. */
export const KEY_FIX =
  'Configure api.secret_key: a reference to 32 random bytes in base64, from openssl rand -base64 32.';
const noKey = refuseField('channel', 'has a secret, and this service has no key to keep it with', KEY_FIX);

/** The keys as they may be stored. */
export function sealSigningKeys(
  sealer: Sealer | null,
  id: string,
  channel: ChannelName,
  keys: readonly string[],
): { sealed: string[] } | Refusal {
  if (!definitionOf(channel)?.signed && keys.length > 0)
    return refuseField('signingKeys', 'does not go together with this channel', 'Leave it out.');
  return { sealed: keys.map((key) => sealer!.seal(key, id)) };
}

/** The secret of a bot as it may be stored; null: it has none. */
export function sealSecret(
  sealer: Sealer | null,
  id: string,
  channel: ChannelName,
  secret: string | null,
): { sealed: string[] } | Refusal {
  const reads = definitionOf(channel)?.secret;
  if (!reads) return refuseField('secret', 'does not go together with this channel', 'Leave it out.');
  if (!sealer) return refuseField('secret', 'cannot be kept', KEY_FIX);
  if (secret === null) return { sealed: [] };
  const read = reads(secret);
  if (!read.ok) return refuseField('secret', read.problem, 'Copy it from the settings of the bot.');
  return { sealed: [sealer.seal(secret, id)] };
}

/** Why a subscription cannot call them; null: it can. */
export function mentionRefused(channel: ChannelName, mention: readonly string[]): Refusal | null {
  const reads = definitionOf(channel)?.mentions;
  if (!reads) return refuseField('mention', 'does not go together with this channel', 'Leave it out.');
  for (const [i, who] of mention.entries()) {
    const read = reads(who);
    if (!read.ok) return refuseField(`mention[${i}]`, read.problem, read.fix ?? 'Leave it out.');
  }
  return null;
}

/** How its receiver wants to be spoken to, as it may be stored. */
export async function storedRequest(
  { sealer, templateProblem }: Pick<Subscribing, 'sealer' | 'templateProblem'>,
  id: string,
  channel: ChannelName,
  request: RequestSettings,
): Promise<StoredRequest | Refusal> {
  if (!definitionOf(channel)?.signed)
    return refuseField('request', 'does not go together with this channel', 'Leave it out.');
  if (!sealer) return refuseField('request', 'cannot be kept', KEY_FIX);
  for (const field of ['body', 'path'] as const) {
    const template = request[field];
    const problem = template === undefined ? null : await templateProblem(template);
    if (problem) return refuseField(`request.${field}`, `is no template: ${problem}`, 'Correct it there.');
  }
  return toStored(request, (text) => sealer.seal(text, id));
}

/** Why a subscription cannot say this in its own words; null: it can. */
export async function wordsRefused(
  { templateProblem }: Pick<Subscribing, 'templateProblem'>,
  channel: ChannelName,
  words: OwnWords,
): Promise<Refusal | null> {
  if (!definitionOf(channel)?.words)
    return refuseField(
      'template',
      'does not go together with this channel',
      'Leave it out; a webhook has request.body.',
    );
  for (const what of OWN_WORDS) {
    const template = words[what];
    const problem = template === undefined ? null : await templateProblem(template);
    if (problem) return refuseField(`template.${what}`, `is no template: ${problem}`, 'Correct it there.');
  }
  return null;
}

/** 32 bytes, of the 24 to 64 that Standard Webhooks allows. */
export const newSigningKey = (random: (bytes: number) => Buffer): string =>
  `whsec_${random(32).toString('base64')}`;

const CONFIRM_MS = 3 * 24 * 3_600_000;

/** A link for one address, good for three days; only the hash of what is in it is stored. */
export function newConfirmation(random: (bytes: number) => Buffer, id: string, now: number) {
  const secret = random(32).toString('hex');
  return { stored: { hash: sha256(secret), until: now + CONFIRM_MS }, token: `${id}.${secret}` };
}

/** Mails the link. Null: it is on its way. */
export async function askToConfirm(
  { confirmation }: Subscribing,
  { address, lang }: Definition,
  token: string,
): Promise<Refusal | null> {
  const link = `${confirmation!.publicUrl}/v1/confirm/${token}`;
  const receipt = await confirmation!.send(address, link, lang);
  if (receipt.kind === 'sent') return null;
  return refuse(
    'mail_failed',
    `The mail that asks ${address} to confirm could not be sent (${receipt.reason}). Nothing was changed; try again.`,
  );
}

export const neverAsked = refuseField(
  'skipChallenge',
  'does not go together with this channel',
  'Leave it out.',
);
