import * as z from 'zod';
import { accept, like, refuse, type Read } from '../../../core/input/fields.ts';
import { lazily } from '../../../core/lazily.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';

const MOST = 5;
const WHO = /^(?:here|channel|[UWS][A-Z0-9]{6,30})$/;
const HINT = 'Write here, channel, the id of a person (U0123456789) or that of a user group (S0123456789).';

/** Whom a failure calls. */
export const mentionField = lazily(() =>
  z
    .array(like(WHO, 'anybody whom Slack can mention', HINT))
    .min(1)
    .max(MOST)
    .meta({ hint: `Write a list of at most ${MOST}: [here], or ids of people and user groups.` })
    .optional(),
);

export const readMention = (who: string): Read<unknown> =>
  WHO.test(who) ? accept(who) : refuse('names nobody whom Slack can mention', HINT);

const mentionOf = (who: string): string =>
  who.startsWith('S') ? `<!subteam^${who}>` : /^[UW]/.test(who) ? `<@${who}>` : `<!${who}>`;

/** What calls them; null where the message is no failure, or nobody is to be called. */
export const mentionsIn = ({ tone }: MessageContent, who: readonly string[] = []): string | null =>
  tone === 'bad' && who.length > 0 ? who.map(mentionOf).join(' ') : null;
