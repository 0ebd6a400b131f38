import * as z from 'zod';
import { receiver, type Received } from './kit.ts';

/**
 * A workflow of Teams as it is documented and was seen: it answers 202 to whatever lets itself in, and fails afterwards, in a log
 * that nobody but its owner reads.
 */

/** Plain runs only: Teams reads Markdown in every other text. */
const run = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  weight: z.literal('Bolder').optional(),
  size: z.literal('Large').optional(),
  color: z.enum(['Good', 'Warning', 'Attention', 'Accent']).optional(),
});
const message = z.strictObject({
  type: z.literal('message'),
  summary: z.string().min(1),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        type: z.literal('AdaptiveCard'),
        version: z.literal('1.4'),
        fallbackText: z.string().min(1),
        body: z
          .array(
            z.strictObject({
              type: z.literal('RichTextBlock'),
              inlines: z.array(run).min(1),
              separator: z.literal(true).optional(),
            }),
          )
          .min(1),
        actions: z
          .tuple([
            z.strictObject({
              type: z.literal('Action.OpenUrl'),
              title: z.string().min(1),
              url: z.url({ protocol: /^https$/ }),
            }),
          ])
          .optional(),
        // No `entities`: these are what mentions somebody.
        msteams: z.strictObject({ width: z.literal('full') }),
      }),
    }),
  ]),
});

/** 24,453 bytes were counted as 28,897; how is not said, so everything that can be escaped is. */
const counted = (body: string): number => {
  const escaped = body.replaceAll(/[^\x20-\x7e]|[<>&'+`]/gu, (char) => '\\u0000'.repeat(char.length));
  return Math.ceil((Buffer.byteLength(escaped) * 28_897) / 24_453);
};
const MOST = 28 * 1_024;

/** Why a run of the workflow fails; null: it shows the card. */
export function failureOf(body: string): string | null {
  if (counted(body) > MOST) return `the message has ${counted(body)} bytes of ${MOST}`;
  if (/[\p{Cc}\p{Cs}]/u.test(JSON.parse(`[${body}]`).map(flat).join(''))) return 'control characters';
  const parsed = message.safeParse(JSON.parse(body));
  return parsed.success ? null : z.prettifyError(parsed.error);
}
const flat = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'object' && value
      ? Object.values(value).map(flat).join('')
      : '';

const PATH = '/powerautomate/automations/direct/workflows/0a1b2c3d4e5f/triggers/manual/paths/invoke';
export const SIG = 'xOxO-1234_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456';
export const QUERY = `?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${SIG}`;
export const WORKFLOW = PATH + QUERY;

const refused = (status: number, code: string, headers = {}) => ({
  status,
  headers,
  body: JSON.stringify({ error: { code, message: `${code} for ${WORKFLOW}` } }),
});

interface Settings {
  now?: () => number;
  state?: 'on' | 'off' | 'gone';
}

/** `runs`: what became of each message that was accepted. More than four requests within a second are refused. */
export async function workflow({ now = Date.now, state = 'on' }: Settings = {}) {
  const runs: (string | null)[] = [];
  let times: number[] = [];
  const { url, received } = await receiver(({ path, body }: Received) => {
    times = [...times.filter((at) => at > now() - 1_000), now()];
    if (times.length > 4) return refused(429, 'TooManyRequests', { 'retry-after': '2' });
    const at = new URL(path, 'https://x');
    if (state === 'gone' || at.pathname !== PATH) return refused(404, 'WorkflowNotFound');
    if (at.searchParams.get('sig') !== SIG) return refused(401, 'DirectApiAuthorizationRequired');
    if (!at.searchParams.has('api-version')) return refused(400, 'MissingApiVersionParameter');
    if (state === 'off') return refused(400, 'WorkflowTriggerIsNotEnabled');
    if (body.length > 100_000) return { status: 413 };
    runs.push(failureOf(body));
    return { status: 202 };
  });
  return { url: `${url}${WORKFLOW}`, received, runs };
}
