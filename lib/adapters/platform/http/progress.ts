import type { Dispatcher } from 'undici';
import { Client, type buildConnector } from './undici.ts';

/** How far one exchange came, whatever becomes of the rest of it. */
export interface Progress {
  /** The request was written: it may have arrived. */
  sent: boolean;
  /** Of the final answer; 0 before its status line. */
  status: number;
}

/**
 * One connection, with one exchange at a time. It notes in each how far that came: when it is written, and which status comes
 * back. The HTTP parser reports a status only after a head without fault, but a server that said 200 has taken the message, also
 * if the headers behind it are too long or the connection breaks within them.
 */
export class ObservedClient extends Client {
  readonly #beginning: Beginning;

  constructor(origin: string | URL, options: Client.Options) {
    const beginning = new Beginning();
    const { connect } = options;
    super(origin, {
      ...options,
      ...(typeof connect === 'function' && { connect: observing(connect, beginning) }),
    });
    this.#beginning = beginning;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if ('beginning' in handler) handler.beginning = this.#beginning;
    return super.dispatch(options, handler);
  }
}

const observing =
  (connect: buildConnector.connector, beginning: Beginning): buildConnector.connector =>
  (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error) return callback(error, null);
      const read = socket.read.bind(socket);
      socket.read = (size?: number) => {
        for (;;) {
          const chunk = read(size) as Buffer | null;
          const passed = chunk && beginning.pass(chunk);
          // Null is the sign that nothing more has come: an empty piece must not look like it.
          if (!passed || passed.length > 0) return passed;
        }
      };
      callback(null, socket);
    });

/** `HTTP/1.1 200` and what must follow, so that `2000` is none. */
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})[ \r\n]/;
const STATUS_LINE_LENGTH = 'HTTP/1.1 200 '.length;
const statusOf = (text: string): number => Number(STATUS_LINE.exec(text)?.[1] ?? 0);
const HEAD_END = /\r?\n\r?\n/;
/** Some send the end of a line before an answer, and the HTTP parser passes over it. */
const LINE_ENDS = /^[\r\n]+/;
/** An interim answer has hardly any headers; what is longer goes to the parser, which knows its limit. */
const MAX_INTERIM = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * The beginning of an answer: finds its status, and leaves interim answers out. `100 Continue` comes unasked from some
 * proxies, and the HTTP parser takes it for a breach; none of them says anything of the message.
 */
export class Beginning {
  #progress: Progress = { sent: false, status: 0 };
  /** Not passed on yet: too short to decide, or an interim answer that is not over. Null once the final one has begun. */
  #held: Buffer | null = null;

  of(progress: Progress): void {
    progress.sent = true;
    this.#progress = progress;
    this.#held = NOTHING;
  }

  /** What of a piece the parser shall see. */
  pass(chunk: Buffer): Buffer {
    if (!this.#held) return chunk;
    // Nearly always a final answer begins with the piece.
    const final = this.#held.length === 0 ? statusOf(chunk.toString('latin1', 0, STATUS_LINE_LENGTH)) : 0;
    if (final >= 200) {
      this.#held = null;
      this.#progress.status = final;
      return chunk;
    }
    let bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    for (;;) {
      const blank = LINE_ENDS.exec(bytes.toString('latin1', 0, MAX_INTERIM))?.[0].length ?? 0;
      if (blank > 0) bytes = bytes.subarray(blank);
      const text = bytes.toString('latin1', 0, MAX_INTERIM);
      const status = statusOf(text);
      const isShort = text.length < STATUS_LINE_LENGTH && 'HTTP/1.'.startsWith(text.slice(0, 7));
      const isInterim = status >= 100 && status < 200 && status !== 101;
      const end = isInterim ? HEAD_END.exec(text) : null;
      if (end) {
        bytes = bytes.subarray(end.index + end[0].length);
        continue;
      }
      if (isShort || (isInterim && bytes.length < MAX_INTERIM)) {
        this.#held = bytes;
        return NOTHING;
      }
      this.#held = null;
      if (status >= 200) this.#progress.status = status;
      return bytes;
    }
  }
}
