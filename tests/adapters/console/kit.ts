import { expect } from 'vitest';
import { createConsole } from '../../../lib/adapters/console/app.ts';
import type { ConsoleHome } from '../../../lib/adapters/console/home.ts';
import type { Live } from '../../../lib/adapters/console/live.ts';
import { createSealer, type Sealer } from '../../../lib/adapters/platform/seal.ts';
import { dueWhenPublished } from '../../../lib/core/jobs/due.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob, type Job, type JobSpec } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { preview } from '../../../lib/wire/preview.ts';
import { dispatchStored, POLICY, running, spec } from '../../kit.ts';
import { apiKit, KEY, type ApiKit } from '../api/kit.ts';

const INFO = {
  service: 'ecs',
  cloud: 'huawei',
  region: 'eu-west-101',
  consoleUrl: 'https://console.eu.huaweicloud.com/ecm/',
};
export const OTHER_PROJECT = 'f'.repeat(32);

/** A job that was seen as `seen`, stored and told of. */
export async function job(
  kit: ApiKit,
  n: number,
  seen: Observation = running,
  over: Partial<JobSpec & Job> = {},
): Promise<Job> {
  const now = kit.clock.now();
  const made = { ...newJob(spec(n, over), { ...INFO, origin: over.origin ?? 'hwc-ecs' }, now, now), ...over };
  const { job: after } = decide(made, seen, now, POLICY);
  const row = { ...after, outbox: [], due: dueWhenPublished(after) };
  await kit.store.jobs.create([row]);
  await dispatchStored(
    kit.dispatching,
    after.outbox.map((entry) => jobEvent(after, entry)),
  );
  return row;
}

export interface Shown {
  status: number;
  headers: Headers;
  text: string;
  /** Without markup, as it is read. */
  says: string;
}

export type Browser = ReturnType<typeof newBrowser>;
/** Keeps cookies as a browser does, and says of each request that it comes from a page of ours, unless a test says otherwise. */
function newBrowser(serve: (request: Request) => Promise<Response>, at = 'http://127.0.0.1:8481') {
  const jar = new Map<string, string>();
  async function ask(path: string, init: RequestInit = {}): Promise<Shown> {
    const headers = new Headers({ accept: 'text/html', 'sec-fetch-site': 'same-origin' });
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const response = await serve(new Request(at + path, { ...init, headers }));
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/Max-Age=0/.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = await response.text();
    const says = text
      .replaceAll(/<(style|script)[^]*?<\/\1>/g, '')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    return { status: response.status, headers: response.headers, text, says };
  }
  const csrfOf = (text: string): string => /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
  return {
    jar,
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    /** Sends a form as the page at `from` has it. */
    async post(
      path: string,
      fields: Readonly<Record<string, string | string[]>> = {},
      {
        headers = {},
        csrf,
        from = '/',
      }: { headers?: Record<string, string>; csrf?: string; from?: string } = {},
    ): Promise<Shown> {
      const token = csrf ?? csrfOf((await ask(from)).text);
      const sent = Object.entries({ ...fields, csrf: token });
      const body = new URLSearchParams(
        sent.flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
      );
      return ask(path, { method: 'POST', body, headers });
    },
    async signIn(token: string, back = '/'): Promise<Shown> {
      return ask('/sign-in', { method: 'POST', body: new URLSearchParams({ token, back }) });
    },
  };
}

type Given = NonNullable<Parameters<typeof apiKit>[0]>;
interface Options {
  fixed?: Subscription[];
  live?: Live | null;
  sealer?: Sealer | null;
  links?: Sealer | null;
  examine?: ConsoleHome['examine'];
  over?: Given['over'];
  store?: Given['store'];
}

/** The console over a real store and the real API; clouds, channels and the clock are the test's. */
export async function consoleKit({
  fixed,
  live = null,
  sealer = createSealer(KEY),
  links = sealer,
  examine = null,
  over,
  store,
}: Options = {}) {
  const kit = await apiKit({ ...(fixed && { fixed }), ...(over && { over }), ...(store && { store }) });
  const { deps, gate, answer, api } = kit;
  const serve = createConsole({ api: deps, gate, answer, sealer, links, live, preview, examine }, api);
  const browser = (at?: string): Browser => newBrowser(serve, at);
  /** A browser of somebody who has signed in. */
  const signedIn = async (...[scopes, more]: Parameters<typeof kit.tokenFor>): Promise<Browser> => {
    const one = browser();
    const { status } = await one.signIn(await kit.tokenFor(scopes, more));
    expect(status).toBe(303);
    return one;
  };
  return { ...kit, serve, browser, signedIn };
}
export type ConsoleKit = Awaited<ReturnType<typeof consoleKit>>;
