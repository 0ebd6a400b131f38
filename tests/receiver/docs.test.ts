/** docs/receivers.md is tried out: its walk from nothing to a verified webhook, and its receivers. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webhookBody } from '../../lib/adapters/channels/webhook/sender.ts';
import { world } from '../cli/world.ts';
import { SAMPLES } from '../core/notify/samples.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const page = readFileSync(join(ROOT, 'docs/receivers.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter((m) => m[1] === language).map((m) => m[2]!);

const KEY = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const hasTools = ['curl', 'openssl'].every((name) => spawnSync(name, ['version']).error === undefined);
const NAMES = ['express', 'fastify', 'hono', 'fetch'];

/** Starts the receivers of the page in one process; `until` waits for a line that it prints. */
async function started() {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-receivers-'));
  const modules = join(folder, 'node_modules');
  for (const name of ['express', 'fastify']) {
    mkdirSync(join(modules, name), { recursive: true });
    cpSync(join(ROOT, `tests/receiver/standins/${name}.mjs`), join(modules, name, 'index.mjs'));
    writeFileSync(join(modules, name, 'package.json'), '{"main": "index.mjs"}');
  }
  mkdirSync(join(modules, '@hono'));
  mkdirSync(join(modules, 'jobchime'));
  for (const name of ['hono', '@hono/node-server'])
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  symlinkSync(join(ROOT, 'receiver'), join(modules, 'jobchime/receiver'));
  const exports = { './receiver': './receiver/index.ts', './receiver/web': './receiver/web.ts' };
  writeFileSync(join(modules, 'jobchime/package.json'), JSON.stringify({ type: 'module', exports }));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const handle = 'export const handle = async ({ deliveryId }) => console.log(`handled ${deliveryId}`);\n';
  writeFileSync(join(folder, 'handle.js'), handle);
  blocks('js').forEach((code, n) => {
    const free = code.replace('port: 3000 });', 'port: 0 }, ({ port }) => console.log(`hono ${port}`));');
    writeFileSync(join(folder, `${NAMES[n]}.js`), n === 2 ? free : code);
  });
  writeFileSync(
    join(folder, 'all.js'),
    `import './express.js'; import './fastify.js'; import './hono.js'; import app from './fetch.js';
    import { serve } from '@hono/node-server';
    const context = { waitUntil: (work) => void work };
    const fetch = (request) => app.fetch(request, process.env, context);
    serve({ fetch, port: 0 }, ({ port }) => console.log(\`fetch \${port}\`));`,
  );
  const child = spawn(process.execPath, ['all.js'], {
    cwd: folder,
    env: { ...process.env, WEBHOOK_KEY: KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let changed = (): void => {};
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += String(chunk);
      changed();
    });
  child.once('exit', () => changed());
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  async function until(line: RegExp): Promise<string> {
    for (;;) {
      const found = line.exec(printed);
      if (found) return found[1]!;
      if (child.exitCode !== null) throw new Error(printed);
      await new Promise<void>((resolve) => (changed = resolve));
    }
  }
  return { until, printed: () => printed };
}

describe('docs/receivers.md', () => {
  it('has receivers that take what is genuine, refuse the rest, and answer the challenge', async () => {
    expect(blocks('js')).toHaveLength(NAMES.length);
    const { until, printed } = await started();
    for (const name of NAMES) {
      const port = await until(new RegExp(`^${name} (\\d+)$`, 'm'));
      const send = async (body: string, id: string, key = KEY): Promise<[number, string]> => {
        const now = new Date();
        const response = await fetch(`http://127.0.0.1:${port}/hooks`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
            'webhook-signature': new Webhook(key).sign(id, now, body),
          },
          body,
        });
        return [response.status, await response.text()];
      };
      const body = webhookBody(SAMPLES['job.failed']!);
      const other = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
      expect([name, ...(await send(body, `forged-${name}`, other))]).toEqual([name, 401, 'bad_signature']);
      const asked = JSON.stringify({ id: 'e', type: 'jobchime.challenge', data: { challenge: 'abc' } });
      expect([name, ...(await send(asked, `asked-${name}`))]).toEqual([name, 200, '{"challenge":"abc"}']);
      expect([name, ...(await send(body, `dlv_${name}`))]).toEqual([name, 204, '']);
      await until(new RegExp(`^handled (dlv_${name})$`, 'm'));
    }
    expect(printed().match(/^handled .*$/gm)).toEqual(NAMES.map((name) => `handled dlv_${name}`));
  }, 60_000);

  it.runIf(hasTools)(
    'leads from nothing to a verified webhook, with curl and openssl',
    async () => {
      const w = await world();
      const [config] = blocks('yaml');
      const [secrets, terminals, fourth, again] = blocks('bash');
      const cloud = await w.start('jobchime simulate --port 0', 'control');
      const [, simulated] = /(http:\/\/127\.0\.0\.1:\d+)\/_simulator/.exec(cloud.printed())!;
      const inOurPlaces = (text: string): string =>
        text
          .replaceAll('http://127.0.0.1:8480', simulated!)
          .replaceAll(/npm run (-s )?jobchime --/g, 'jobchime')
          .replaceAll('npm start', 'jobchime start');
      await w.spawn(secrets!);
      const [simulate, listen, start] = inOurPlaces(terminals!).trim().split('\n');
      expect(simulate).toBe('jobchime simulate');
      const receiver = await w.start(`${listen} --port 0`, 'Listening on');
      await receiver.until('until Ctrl-C');
      const [, target] = /Listening on (\S+)/.exec(receiver.printed())!;
      writeFileSync(
        join(w.folder, 'jobchime.yaml'),
        inOurPlaces(config!)
          .replace('http://127.0.0.1:8482/', target!)
          .replace('127.0.0.1:8481', '127.0.0.1:0'),
      );
      const service = await w.start(start!, 'service.started');
      const [, api] = /"api":"([^"]+)"/.exec(service.printed())!;
      const done = await w.spawn(`set -e\n${inOurPlaces(fourth!)}`);
      expect([done.code, done.err]).toEqual([0, '']);
      await receiver.until('ping  verified');
      await receiver.until('job.failed  verified');
      const [id] = /dlv_[0-9a-f]{32}/.exec(receiver.printed().split('job.failed').at(1)!)!;
      const twice = await w.spawn(`set -e\n${inOurPlaces(again!).replace('http://127.0.0.1:8481', api!)}`);
      expect([twice.code, twice.out]).toEqual([
        0,
        expect.stringMatching(/^delivered .*HTTP 200\n{.*"asked":\[.*}/s),
      ]);
      for (const times of [2, 3]) await receiver.until(`job.failed  verified  ${id}  (seen ${times} times)`);
      for (const { child, ended } of [service, receiver, cloud]) {
        child.kill('SIGTERM');
        await ended;
      }
    },
    60_000,
  );
});
