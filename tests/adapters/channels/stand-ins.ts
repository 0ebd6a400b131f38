import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Received, Reply } from './kit.ts';

/** A service as its documentation has it: what it refuses, how it says yes, and how it says that there is too much. */
export interface StandIn {
  /** Where its requests go. */
  origin: string;
  /** What the environment must have for its recipe; each is a secret of which nothing may come back. */
  env: Record<string, string>;
  /** Null: it takes the request. */
  refuses(request: Received): string | null;
  taken: Reply;
  refused(why: string): Reply;
  tooMany: Reply;
  /** How long its answer asks to wait; undefined: it does not say. */
  waitMs?: number;
}

/** As it was parsed: every check is about what is there. */
type Json = ReturnType<typeof JSON.parse>;
type Check = (body: Json, request: Received) => string | null;

const points = (text: string): number => [...text].length;
const bytes = (text: string): number => Buffer.byteLength(text);
const isText = (value: unknown, most: number, length = points): boolean =>
  typeof value === 'string' && value !== '' && length(value) <= most;
const isUrl = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? ''));
const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** The first thing that is not as it must be. */
const first = (...checks: [fine: boolean, why: string][]): string | null =>
  checks.find(([fine]) => !fine)?.[1] ?? null;
const oneOf = (value: unknown, ...known: unknown[]): boolean => known.includes(value);
const onlyKeys = (body: Json, ...known: string[]): boolean =>
  Object.keys(body).every((it) => known.includes(it));

/** JSON by POST to this path, as all of them want it. */
const posted =
  (path: RegExp, check: Check): StandIn['refuses'] =>
  (request) => {
    if (request.method !== 'POST') return 'method not allowed';
    if (!path.test(request.path)) return 'no such path';
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return 'not JSON';
    try {
      return check(JSON.parse(request.body), request);
    } catch {
      return 'the body cannot be parsed';
    }
  };
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const STAND_INS: Record<string, StandIn> = {
  pagerduty: {
    origin: 'https://events.pagerduty.com',
    env: { PAGERDUTY_ROUTING_KEY: 'R0123456789abcdef0123456789abcde' },
    refuses: posted(/^\/v2\/enqueue$/, (body, request) =>
      first(
        [bytes(request.body) <= 512 * 1024, 'too large'],
        [body.routing_key === 'R0123456789abcdef0123456789abcde', 'invalid routing key'],
        [isText(body.dedup_key, 255), 'dedup_key'],
        [oneOf(body.event_action, 'trigger', 'acknowledge', 'resolve'), 'event_action'],
        [isUrl(body.client_url), 'client_url'],
        ...(body.event_action === 'trigger'
          ? ([
              [isText(body.payload?.summary, 1024), 'payload.summary'],
              [isText(body.payload?.source, 1024), 'payload.source'],
              [oneOf(body.payload?.severity, 'critical', 'error', 'warning', 'info'), 'payload.severity'],
              [isTime(body.payload?.timestamp), 'payload.timestamp'],
              [typeof body.payload?.custom_details === 'object', 'payload.custom_details'],
            ] as [boolean, string][])
          : []),
      ),
    ),
    taken: json(202, { status: 'success', message: 'Event processed', dedup_key: 'jobchime:1' }),
    refused: (why) =>
      json(400, { status: 'invalid event', message: 'Event object is invalid', errors: [why] }),
    tooMany: { status: 429 },
  },
  opsgenie: {
    origin: 'https://api.opsgenie.com',
    env: { OPSGENIE_KEY: '0f3a77c1-1111-2222-3333-444455556666' },
    refuses: posted(/^\/v2\/alerts(\/[^/?]+\/close\?identifierType=alias)?$/, (body, { headers, path }) => {
      const isKnown = headers.authorization === 'GenieKey 0f3a77c1-1111-2222-3333-444455556666';
      if (!isKnown) return 'Key format is not valid';
      if (path.includes('/close'))
        return first(
          [onlyKeys(body, 'note', 'source', 'user'), 'not for this'],
          [isText(body.note, 25_000), 'note'],
          [isText(body.source, 100), 'source'],
        );
      return first(
        [isText(body.message, 130), 'message'],
        [isText(body.alias, 512), 'alias'],
        [isText(body.description, 15_000), 'description'],
        [oneOf(body.priority, 'P1', 'P2', 'P3', 'P4', 'P5'), 'priority'],
        [isText(body.source, 100), 'source'],
        [body.tags.length <= 20 && body.tags.every((it: unknown) => isText(it, 50)), 'tags'],
        [Object.values(body.details).every((it) => typeof it === 'string'), 'details'],
        [Object.entries(body.details).join('').length <= 8_000, 'details'],
      );
    }),
    taken: json(202, { result: 'Request will be processed', took: 0.302, requestId: '43a29c5c' }),
    refused: (why) => json(422, { message: `Request body is not processable: ${why}`, took: 0.1 }),
    tooMany: json(429, { message: 'You are making too many requests!' }, { 'retry-after': '9' }),
    waitMs: 9_000,
  },
  discord: {
    origin: 'https://discord.com',
    env: {
      DISCORD_URL: 'https://discord.com/api/webhooks/112233445566/aBcD-secret-token-of-discord?wait=true',
    },
    refuses: posted(/^\/api\/webhooks\/\d+\/aBcD-secret-token-of-discord\?wait=true$/, (body) =>
      first(
        [isText(body.username, 80), 'username'],
        [
          Array.isArray(body.allowed_mentions?.parse) && body.allowed_mentions.parse.length === 0,
          'it may ping',
        ],
        [body.embeds?.length >= 1 && body.embeds.length <= 10, 'embeds'],
        ...body.embeds.flatMap((it: Json): [boolean, string][] => [
          [isText(it.title, 256), 'title'],
          [isText(it.description, 4_096), 'description'],
          [isUrl(it.url), 'url: Not a well formed URL.'],
          [Number.isInteger(it.color) && it.color >= 0 && it.color <= 0xff_ff_ff, 'color'],
          [isTime(it.timestamp), 'timestamp'],
          [points(it.title) + points(it.description) <= 6_000, 'all embeds together'],
        ]),
      ),
    ),
    taken: json(200, { id: '1', type: 0, channel_id: '2' }),
    refused: (why) => json(400, { code: 50_035, message: 'Invalid Form Body', errors: { embeds: why } }),
    tooMany: json(429, { message: 'You are being rate limited.', retry_after: 0.529, global: false }),
    waitMs: 529,
  },
  telegram: {
    origin: 'https://api.telegram.org',
    env: {
      TELEGRAM_URL: 'https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage',
      TELEGRAM_CHAT: '-1001234567890',
    },
    refuses: posted(/^\/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw\/sendMessage$/, (body) =>
      first(
        [body.chat_id === '-1001234567890', 'Bad Request: chat not found'],
        // Counted in UTF-16.
        [isText(body.text, 4_096, (it) => it.length), 'Bad Request: message is too long'],
        [!('parse_mode' in body), 'markup'],
        [typeof body.link_preview_options?.is_disabled === 'boolean', 'link_preview_options'],
        [typeof body.disable_notification === 'boolean', 'disable_notification'],
      ),
    ),
    taken: json(200, { ok: true, result: { message_id: 1 } }),
    refused: (why) => json(400, { ok: false, error_code: 400, description: why }),
    tooMany: json(429, {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 35',
      parameters: { retry_after: 35 },
    }),
    waitMs: 35_000,
  },
  ntfy: {
    origin: 'https://ntfy.sh',
    env: { NTFY_TOKEN: 'tk_0123456789abcdefghijklmnopqrs', NTFY_TOPIC: 'jobs-8f2c-guess-me' },
    refuses: posted(/^\/$/, (body, { headers }) =>
      first(
        [headers.authorization === 'Bearer tk_0123456789abcdefghijklmnopqrs', 'unauthorized'],
        [/^[-_A-Za-z0-9]{1,64}$/.test(body.topic), 'invalid request: topic invalid'],
        [isText(body.title, 1_024, bytes), 'title'],
        [isText(body.message, 4_096, bytes), 'it becomes an attachment'],
        [oneOf(body.priority, 1, 2, 3, 4, 5), 'invalid priority parameter'],
        [Array.isArray(body.tags), 'tags'],
        [isUrl(body.click), 'click'],
        [
          onlyKeys(body, 'topic', 'title', 'message', 'priority', 'tags', 'click'),
          'invalid request: body must be message JSON',
        ],
      ),
    ),
    taken: json(200, { id: 'sPs71M8A2T', event: 'message' }),
    refused: (why) => json(400, { code: 40_024, http: 400, error: why }),
    tooMany: json(429, { code: 42_901, http: 429, error: 'limit reached: too many requests' }),
  },
  mattermost: {
    origin: 'https://mm.example.com',
    env: { MATTERMOST_URL: 'https://mm.example.com/hooks/xgdb5t3scbr7zyk5n1p4u8r9ew' },
    refuses: posted(/^\/hooks\/xgdb5t3scbr7zyk5n1p4u8r9ew$/, (body, request) =>
      first(
        [body.attachments?.length === 1, 'attachments'],
        [isText(body.attachments[0].fallback, 16_383), 'fallback'],
        [isText(body.attachments[0].text, 16_383), 'text'],
        [/^```\n[^`]+\n```$/.test(body.attachments[0].text), 'markup of others'],
        [!/@/.test(body.attachments[0].title + body.attachments[0].fallback), 'it may ping'],
        [/^#[0-9a-f]{6}$/.test(body.attachments[0].color), 'color'],
        [isUrl(body.attachments[0].title_link), 'title_link'],
        [bytes(request.body) <= 100_000, 'too large'],
      ),
    ),
    taken: { status: 200, body: 'ok' },
    refused: (why) =>
      json(400, { id: 'web.incoming_webhook.parse.app_error', message: why, status_code: 400 }),
    tooMany: {
      status: 429,
      headers: { 'retry-after': '3', 'x-ratelimit-reset': '1' },
      body: 'limit exceeded',
    },
    waitMs: 3_000,
  },
  'google-chat': {
    origin: 'https://chat.googleapis.com',
    env: {
      GOOGLE_CHAT_URL:
        'https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIzaSyDdI0hCZtE6vySjMm&token=vtHIQvnPnVvJ&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
    },
    refuses: posted(
      /^\/v1\/spaces\/AAAA\/messages\?key=AIza.*&messageReplyOption=\w+&requestId=dlv_[0-9a-f]{32}$/,
      (body, request) =>
        first(
          [bytes(request.body) <= 32_000, 'Message is too large'],
          [isText(body.text, 4_096), 'text'],
          [!body.text.includes('<'), 'it may ping'],
          [isText(body.thread?.threadKey, 4_000), 'threadKey'],
          [body.cardsV2?.length === 1 && isText(body.cardsV2[0].cardId, 200), 'cardId'],
          [isText(body.cardsV2[0].card.header.title, 200), 'header'],
          ...body.cardsV2[0].card.sections[0].widgets.map((it: Json): [boolean, string] => [
            isText(it.textParagraph?.text, 30_000) && !/<(?!br \/>)/.test(it.textParagraph.text),
            'textParagraph',
          ]),
        ),
    ),
    taken: json(200, { name: 'spaces/AAAA/messages/1' }),
    refused: (why) => json(400, { error: { code: 400, message: why, status: 'INVALID_ARGUMENT' } }),
    tooMany: json(429, {
      error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' },
    }),
  },
  'huawei-smn': {
    origin: 'https://smn.eu-west-101.myhuaweicloud.eu',
    env: { SMN_AK: 'SMNACCESSKEY00000001', SMN_SK: 'smnSecretKey/0123456789abcdefghijklmno' },
    refuses: posted(
      /^\/v2\/[0-9a-f]{32}\/notifications\/topics\/urn:smn:[\w:-]+\/publish$/,
      (body, request) =>
        first(
          [
            isSignedFor('smn.eu-west-101.myhuaweicloud.eu', request),
            'APIGW.0301: Incorrect IAM authentication',
          ],
          [isText(body.subject, 512, bytes), 'SMN.00011003: Invalid subject'],
          [isText(body.message, 256 * 1024, bytes), 'SMN.00011004: Invalid message'],
          [onlyKeys(body, 'subject', 'message'), 'SMN.00011001: Invalid parameter'],
        ),
    ),
    taken: json(200, {
      request_id: '6a63a18b8bab40ffb71ebd9cb80d0085',
      message_id: 'bf94b63a5dfb475994d3ac34664e24f2',
    }),
    refused: (why) => json(400, { error_code: why, error_message: why }),
    tooMany: json(429, { error_code: 'APIGW.0308', error_msg: 'The throttling threshold has been reached' }),
  },
};

/** As the gateway recomputes it, with a signer that is not ours: https://support.huaweicloud.com/api-smn. */
function isSignedFor(host: string, { method, path, headers, body }: Received): boolean {
  const [, access, names = '', signature] =
    /^SDK-HMAC-SHA256 Access=(\w+), SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const date = String(headers['x-sdk-date']);
  const signed = names.split(';');
  if (
    access !== 'SMNACCESSKEY00000001' ||
    !['content-type', 'host', 'x-sdk-date'].every((it) => signed.includes(it))
  )
    return false;
  const values: IncomingHttpHeaders = { ...headers, host };
  const encodedPath = path.split('/').map(encodeURIComponent).join('/');
  const canonical = [
    method,
    `${encodedPath}/`,
    '',
    ...signed.map((name) => `${name}:${String(values[name])}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const toSign = `SDK-HMAC-SHA256\n${date}\n${createHash('sha256').update(canonical).digest('hex')}`;
  return (
    createHmac('sha256', 'smnSecretKey/0123456789abcdefghijklmno').update(toSign).digest('hex') === signature
  );
}
