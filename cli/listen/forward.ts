import { createHttp } from '../../lib/adapters/platform/http.ts';

/** What a message that was passed on was answered with. `words` for people; 502 stands for no answer at all. */
export interface Forwarded {
  status: number;
  type: string;
  body: string;
  words: string;
}
export interface Forwarder {
  post(headers: Record<string, string>, body: Uint8Array | string): Promise<Forwarded>;
  close(): Promise<void>;
}

/** As long as Jobchime waits for a receiver. */
const DEADLINE_MS = 15_000;
const MAX_BYTES = 64 * 1024;

/** Passes messages on to a URL that its user named, wherever that is. */
export function createForwarder(url: string): Forwarder {
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
  return {
    async post(headers, body) {
      const answer = await http.exchange({
        method: 'POST',
        url,
        headers,
        body,
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_BYTES,
      });
      if (!answer.ok) return { status: 502, type: 'text/plain', body: answer.detail, words: answer.detail };
      const { status } = answer;
      const type = answer.headers['content-type'] ?? 'text/plain';
      return { status, type, body: answer.body, words: `HTTP ${status}` };
    },
    close: http.close,
  };
}
