import { AT, receiver, type Received, type Reply } from './kit.ts';
import { problemsOf } from './block-kit.ts';

/**
 * Slack as it is documented, and not as the code under test has it: one message a second and channel, 50 changes a minute, its limits
 * of blocks and texts, messages known by channel and time, and 200 with `ok: false` for what it refuses.
 * `shown`: what people see, as it is now.
 */
export interface Shown {
  channel: string;
  ts: string;
  text: string;
  blocks: unknown[];
  /** The message that it answers. */
  thread?: string;
  broadcast?: boolean;
  /** How often it was changed. */
  changes: number;
}
interface Settings {
  now?: () => number;
  /** Refuses with this word, as long as it is there; by the method, or all of it. */
  refuses?: () => string | undefined;
}

export const TOKEN = 'xoxb-1234567890-ABCDEFGHIJ-klmnopqrstuv';
export const CHANNEL = 'C0123456789';
export const HOOK = '/services/T0ABCDEFG/B0HIJKLMN/xOxOxOxOxOxOxOxOxOxOxOxO';
/** Times are unique within a channel. */
const tsOf = (ms: number, nth: number): string => `${Math.floor(ms / 1_000)}.${String(nth).padStart(6, '0')}`;

export async function slackService({ now = () => AT, refuses = () => undefined }: Settings = {}) {
  const shown: Shown[] = [];
  const calls: { method: string; body: Record<string, unknown>; at: number }[] = [];
  const posts: number[] = [];
  const changes: number[] = [];
  const within = (times: number[], ms: number): number => times.filter((at) => at > now() - ms).length;
  const say = (fields: object): Reply => ({ status: 200, body: JSON.stringify(fields) });
  const no = (error: string, more = {}): Reply => say({ ok: false, error, ...more });
  const tooMany: Reply = {
    status: 429,
    headers: { 'retry-after': '1' },
    body: JSON.stringify({ ok: false, error: 'ratelimited' }),
  };
  const find = ({ channel, ts }: Record<string, unknown>): Shown | undefined =>
    shown.find((one) => one.channel === channel && one.ts === ts);

  /** What is wrong with what a message says. */
  function faultOf({ text, blocks, ...rest }: Record<string, unknown>, most: number): string | null {
    if (typeof text !== 'string' || (text === '' && !blocks)) return 'no_text';
    if (text.length > most) return 'msg_too_long';
    const { mrkdwn, unfurl_links, unfurl_media } = rest;
    const isEmpty = Array.isArray(blocks) && blocks.length === 0;
    const payload = { text, ...(blocks && !isEmpty ? { blocks } : {}), mrkdwn, unfurl_links, unfurl_media };
    const problems = problemsOf(payload);
    return problems.length > 0 ? `invalid_blocks: ${problems.join('; ')}` : null;
  }
  function put(fields: Pick<Shown, 'channel' | 'text' | 'blocks'> & Partial<Shown>): Shown {
    const one = { ts: tsOf(now(), shown.length + 1), changes: 0, ...fields };
    shown.push(one);
    return one;
  }

  function posted(body: Record<string, unknown>): Reply {
    if (body['channel'] !== CHANNEL) return no('channel_not_found');
    if (within(posts, 1_000) >= 1) return tooMany;
    const fault = faultOf(body, 40_000);
    if (fault) return no(fault.split(':')[0]!, { response_metadata: { messages: [fault] } });
    const parent = body['thread_ts'] === undefined ? undefined : find({ ...body, ts: body['thread_ts'] });
    if (body['thread_ts'] !== undefined && (!parent || parent.thread !== undefined))
      return no('thread_not_found');
    posts.push(now());
    const { ts, channel } = put({
      channel: CHANNEL,
      text: String(body['text']),
      blocks: (body['blocks'] as unknown[] | undefined) ?? [],
      ...(parent && { thread: parent.ts, broadcast: body['reply_broadcast'] === true }),
    });
    return say({ ok: true, channel, ts, message: { type: 'message' } });
  }

  function changed(body: Record<string, unknown>): Reply {
    if (within(changes, 60_000) >= 50) return tooMany;
    const one = find(body);
    if (!one) return no('message_not_found');
    const fault = faultOf(body, 4_000);
    if (fault) return no(fault.split(':')[0]!);
    changes.push(now());
    one.text = String(body['text']);
    if (body['blocks']) one.blocks = body['blocks'] as unknown[];
    one.changes += 1;
    return say({ ok: true, channel: one.channel, ts: one.ts, text: one.text });
  }

  function hooked(body: Record<string, unknown>): Reply {
    if (within(posts, 1_000) >= 1) return { ...tooMany, body: 'rate_limited' };
    const fault = faultOf(body, 40_000);
    if (fault) return { status: 400, body: fault.split(':')[0]! };
    posts.push(now());
    put({ channel: CHANNEL, text: String(body['text']), blocks: (body['blocks'] as unknown[]) ?? [] });
    return { status: 200, body: 'ok' };
  }

  const { url, received } = await receiver(({ path, headers, body }: Received) => {
    const fields = JSON.parse(body) as Record<string, unknown>;
    const method = path.slice(path.lastIndexOf('/') + 1);
    calls.push({ method, body: fields, at: now() });
    if (path === HOOK) return hooked(fields);
    if (!path.startsWith('/api/')) return { status: 404 };
    if (headers.authorization !== `Bearer ${TOKEN}`) return no('invalid_auth');
    if (!/^application\/json; charset=utf-8$/.test(headers['content-type'] ?? ''))
      return no('invalid_post_type');
    const word = refuses();
    if (word !== undefined) return no(word);
    if (method === 'auth.test')
      return say({ ok: true, url: 'https://acme.slack.com/', team: 'Acme', user: 'jobchime' });
    if (method === 'chat.postMessage') return posted(fields);
    if (method === 'chat.update') return changed(fields);
    return no('unknown_method');
  });
  return { api: `${url}/api/`, hook: url + HOOK, received, calls, shown };
}
