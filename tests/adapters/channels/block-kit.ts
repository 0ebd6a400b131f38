import * as z from 'zod';

/**
 * Slack's own rules for a message, written from its documentation and independent of the code under test: what it would
 * refuse, and what would ping people or break the layout. Returns what is wrong, in words.
 */
export function problemsOf(payload: unknown, mayPing = ''): string[] {
  const asked = withoutPing(payload, mayPing);
  const parsed = message.safeParse(asked);
  if (!parsed.success) return [z.prettifyError(parsed.error)];
  const texts = stringsIn(asked);
  const sum = texts.reduce((total, text) => total + text.length, 0);
  return [
    ...texts.filter((text) => !isLink(text) && UNESCAPED.test(text)).map((text) => `unescaped: ${text}`),
    ...(sum > 12_000 ? [`${sum} characters in sum`] : []),
  ];
}

/** `<` opens a mention or a link, `&` an escape; Slack knows three escapes. A half one at the end is unescaped too. */
const UNESCAPED = /[<>]|&(?!(?:amp|lt|gt);)/;

/** Never `mrkdwn`, but for the link: every text may hold words from outside, and formatting characters cannot be escaped there. */
const plain = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.literal(false),
  });
/** The one link: our words on it, and an address in which nothing could end it or ask for a mention. */
const link = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z
    .string()
    .max(3_000)
    .regex(
      /^<https:\/\/[\w.-]+\/(?:[^\s<>|`'"&]|&amp;)*\|(?:Open in the cloud's console|In der Cloud-Konsole öffnen|在云控制台中打开)>$/,
    ),
  verbatim: z.literal(true),
});
const block = z.union([
  z.strictObject({ type: z.literal('section'), text: link }),
  z.strictObject({ type: z.literal('header'), text: plain(150) }),
  z.strictObject({ type: z.literal('section'), text: plain(3_000) }),
  z.strictObject({
    type: z.literal('section'),
    fields: z.array(plain(2_000)).min(1).max(10),
  }),
]);

const message = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z.array(block).min(1).max(50).optional(),
  mrkdwn: z.literal(false),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
});

const isLink = (text: string): boolean => link.shape.text.safeParse(text).success;

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** The one mention that the subscription asked for, in a block of its own or at the beginning of a text without blocks. */
function withoutPing(payload: unknown, ping: string): unknown {
  if (ping === '') return payload;
  const { text, blocks, ...rest } = payload as { text: string; blocks?: unknown[] };
  const section = JSON.stringify({ type: 'section', text: { type: 'mrkdwn', text: ping, verbatim: true } });
  return blocks
    ? { text, blocks: blocks.filter((it) => JSON.stringify(it) !== section), ...rest }
    : { text: text.replace(`${ping}\n`, ''), ...rest };
}
