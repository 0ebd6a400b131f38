import type { Dispatcher } from 'undici';
import { decoded, joined, type HttpAnswer } from './answer.ts';
import type { Beginning, Progress } from './progress.ts';

/** Why an exchange is over before its answer is: we ended it, or what the library below said. */
export type Cause = { reason: 'timeout' | 'stopped' } | { error: unknown };
/** Null: it is over as it should be. */
type Ended = (cause: Cause | null) => void;

/**
 * One exchange: takes the answer as the HTTP parser hands it over, without a stream in between, and calls `ended` once. What
 * arrives afterwards is nobody's.
 */
export class Exchange implements Dispatcher.DispatchHandler, Progress {
  sent = false;
  status = 0;
  /** Its connection reports here how far it came. */
  beginning: Beginning | null = null;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];
  /** Of the body that may still be kept. */
  #left: number;
  #truncated = false;
  #controller: Dispatcher.DispatchController | null = null;
  #ended: Ended | null;

  constructor(maxBytes: number, ended: Ended) {
    this.#left = maxBytes;
    this.#ended = ended;
  }

  /** As far as it came. */
  get answer(): HttpAnswer {
    const [chunks, headers] = [this.#chunks, this.#headers];
    const body = decoded(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), headers['content-type']);
    return { ok: true, status: this.status, headers, body, truncated: this.#truncated };
  }

  /** The time for it is over. Before it has a connection nothing can be aborted: it is when it gets one. */
  end(reason: 'timeout' | 'stopped'): void {
    this.#finish({ reason });
    this.#controller?.abort(new Error(reason));
  }

  /** It has its connection, and is written right after. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#ended) return controller.abort(new Error('nobody waits for it any more'));
    this.#controller = controller;
    this.beginning?.of(this);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    // The parser knows it also where the beginning was not recognised.
    this.status = status;
    this.#headers = joined(headers);
  }

  /** Keeps what comes within the limit. Beyond it the connection is closed, so nobody can keep us reading. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#left);
    if (this.#ended) this.#chunks.push(kept);
    this.#left -= chunk.length;
    if (this.#left >= 0) return;
    this.#truncated = true;
    this.#finish(null);
    controller.abort(new Error('more than is taken'));
  }

  onResponseEnd(): void {
    this.#finish(null);
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#finish({ error });
  }

  #finish(cause: Cause | null): void {
    const ended = this.#ended;
    this.#ended = null;
    ended?.(cause);
  }
}
