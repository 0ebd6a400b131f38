import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCallLog } from '../../lib/core/jobs/call-log.ts';
import type { RunOptions } from './options.ts';
import { withApi } from '../with-api.ts';
import { runChild } from './child.ts';
import { callOf, handingIn, type HandIn, type Service } from './handing-in.ts';
import type { Kept } from './kept.ts';
import { createOutputReader } from './own-output.ts';
import { openProviderLog } from './provider-log.ts';

/** How often the log is read. */
const EVERY_MS = 250;
/** A service that is just being restarted is back by then. */
const AGAIN_MS = [1_000, 3_000];

/** Runs the command, hands in its jobs as they appear, and answers its exit code. Nothing of ours keeps it from running. */
export async function run(command: readonly string[], options: RunOptions): Promise<number> {
  const { group, name, label, origin } = options;
  // A terminal that is gone takes no more words.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const say = (line: string): void => console.error(`jobchime: ${line}`);
  const log = openProviderLog(process.env, (bytes) => void process.stderr.write(bytes));
  if (log.warning) say(log.warning);
  const calls = createCallLog();
  const handing = handingIn(serviceOf(options), {
    ...(group !== undefined && { group }),
    ...(name !== undefined && { name }),
    ...(Object.keys(label).length > 0 && { labels: label }),
    ...(origin !== undefined && { origin }),
  });
  const decoder = new StringDecoder();
  const readLog = (): void => handing.add(calls.take(decoder.write(log.read())));
  const timer = setInterval(() => {
    readLog();
    if (handing.left().length > 0 && !isBusy) void flush();
  }, EVERY_MS);
  let isBusy = false;
  const flush = async (): Promise<boolean> => {
    isBusy = true;
    return handing.flush().finally(() => (isBusy = false));
  };
  const reader = origin === undefined ? null : createOutputReader();
  const printed = new StringDecoder();
  const output = reader && ((bytes: Buffer): void => handing.add(reader.take(printed.write(bytes))));

  const { code, fault } = await runChild(command, { ...process.env, ...log.env }, output);
  clearInterval(timer);
  try {
    readLog();
    handing.add(calls.end());
  } finally {
    log.remove();
  }
  if (fault !== undefined) say(`${command[0]} could not be run (${fault}).`);
  await finish(handing, { ...options, failed: code !== 0, ended: calls.ended(), say });
  return code;
}

/** The store is opened, or the service called, only for as long as it takes. */
const serviceOf = (where: RunOptions): Service => ({
  intake: (body) => withApi(where, ({ client }) => client.intake(body)),
  track: (jobs) =>
    withApi(where, ({ client }) => client.jobs.track(jobs as Parameters<typeof client.jobs.track>[0])),
});

interface Ending extends RunOptions {
  failed: boolean;
  ended: ReadonlySet<string>;
  say: (line: string) => void;
}

async function finish(handing: HandIn, { failed, ended, say, ...options }: Ending): Promise<void> {
  const { group } = options;
  let done = await handing.flush();
  for (const ms of done ? [] : AGAIN_MS) {
    await sleep(ms);
    done = await handing.flush();
    if (done) break;
  }
  const keys = handing.keys();
  const left = keys.length > 0 && failed ? await handing.leave(ended) : true;
  const closed = group === undefined || keys.length === 0 || (await closing(options, group));
  const hosts = handing.unknown();
  if (hosts.length > 0) say(`no origin asks ${hosts.join(', ')}, so jobs there are not watched.`);
  if (keys.length > 0) say(`watching ${count(keys.length)}${group === undefined ? '' : ` in ${group}`}.`);
  if (done && left && closed) {
    for (const why of handing.refused()) say(`refused: ${why}`);
    return;
  }
  const path = resolve(`jobchime-run-${process.pid}.json`);
  const [last] = handing.refused().slice(-1);
  writeFileSync(path, `${JSON.stringify(keptOf(handing, options, failed ? ended : null), null, 2)}\n`, {
    mode: 0o600,
  });
  say(
    `${last ? `${last.replace(/\.?$/, '.')} ` : ''}What could not be handed in is in ${path}. Hand it in with: jobchime intake ${path}`,
  );
}

/** What `jobchime intake` does later, step by step. `ended`: those that the command saw to end, if it failed. */
function keptOf(
  handing: HandIn,
  { group, name, label, origin }: RunOptions,
  ended: ReadonlySet<string> | null,
): Kept {
  const said = {
    ...(group && { group }),
    ...(name && { name }),
    ...(Object.keys(label).length > 0 && { labels: label }),
  };
  const isLeft = (ids: readonly string[]): boolean => ended !== null && ids.every((id) => !ended.has(id));
  const steps = handing.left().map((one): Kept['steps'][number] => {
    if ('jobId' in one) return { jobs: [{ origin, ...said, ...one, ...(isLeft([one.jobId]) && OUTLIVED) }] };
    const ids = one.jobIds.length > 0 ? one.jobIds : [/[A-Za-z0-9-]+$/.exec(one.url)?.[0] ?? ''];
    return { intake: { ...said, ...(isLeft(ids) && OUTLIVED), calls: [callOf(one)] } };
  });
  const taken = handing
    .keys()
    .map((key) => key.split('/'))
    .filter(([, , id = '']) => isLeft([id]))
    .map(([of, projectId, jobId]) => ({ origin: of, projectId, jobId, ...OUTLIVED }));
  return {
    steps: [...steps, ...(taken.length > 0 ? [{ jobs: taken }] : [])],
    ...(group !== undefined && { close: group }),
  };
}
const OUTLIVED = { outlived: true };

async function closing(where: RunOptions, group: string): Promise<boolean> {
  try {
    await withApi(where, ({ client }) => client.groups.close(group));
    return true;
  } catch {
    return false;
  }
}

const count = (n: number): string => (n === 1 ? '1 job' : `${n} jobs`);
