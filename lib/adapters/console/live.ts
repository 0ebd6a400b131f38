import type { Token } from '../../core/access/token.ts';
import { seesProject } from '../../core/access/token.ts';
import { checkQueue } from '../../core/row.ts';
import type { ApiDeps } from '../api/deps.ts';

/** What a home gives that can keep a connection open. */
export interface Live {
  /** Ends early where the process is about to. */
  sleep(ms: number): Promise<void>;
  /** False: the service stops, and nobody may keep it waiting. */
  open(): boolean;
}

export const STREAM_PATH = '/live';

/** Between two looks at what a viewer sees: some reads of 50 us each. */
const LOOK_MS = 1_000;
/** Something has to be said now and then, or what stands in between ends the connection. */
const PING_LOOKS = 15;
/** A browser connects anew by itself; whether it still may is looked at then. */
const LONGEST_LOOKS = 300;
/** Each of them is a connection; browsers beyond ask now and then instead. */
const MOST = 32;

/** Server-sent events that only say that something has changed: what it is, each browser asks for with its own access. */
export function createStream(
  { store, useCases, origins }: ApiDeps,
  live: Live,
): (token: Token, signal: AbortSignal) => Response {
  let open = 0;

  async function signature(token: Token): Promise<string> {
    const seen = origins.filter(({ projectId }) => seesProject(token, projectId));
    const [events, ...depths] = await Promise.all([
      useCases.newestEvents({ limit: 1, projects: token.projects }),
      ...seen.map(({ name }) => store.jobs.depth(checkQueue(name))),
    ]);
    return [events[0]?.metadata.id, ...depths.map(({ count }) => count)].join();
  }

  async function* changes(token: Token, isGone: () => boolean): AsyncGenerator<string> {
    let last = await signature(token);
    yield 'retry: 3000\n\n';
    for (let looks = 1; looks <= LONGEST_LOOKS; looks++) {
      await live.sleep(LOOK_MS);
      if (isGone() || !live.open()) return;
      const now = await signature(token);
      if (now !== last) yield 'event: changed\ndata:\n\n';
      else if (looks % PING_LOOKS === 0) yield ':\n\n';
      last = now;
    }
  }

  return (token, signal) => {
    if (open >= MOST) return new Response(null, { status: 204 });
    open++;
    let gone = false;
    const saying = changes(token, () => gone || signal.aborted);
    const end = (): void => {
      if (!gone) open--;
      gone = true;
    };
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await saying.next();
          if (!done) return controller.enqueue(encoder.encode(value));
          end();
          controller.close();
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      cancel: end,
    });
    const headers = {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    };
    return new Response(body, { headers });
  };
}
