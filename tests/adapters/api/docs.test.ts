/** The examples of docs/api.md are tried out, in their order and against one service. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAX_BODY } from '../../../lib/adapters/api/body.ts';
import { SCOPES } from '../../../lib/core/access/token.ts';
import { routes } from '../../../lib/adapters/api/routes.ts';
import { MAX_JOBS } from '../../../lib/adapters/api/jobs/requests.ts';
import { serve } from '../../../lib/wire/local/serve.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { dispatchStored, failed, POLICY, spec, START } from '../../kit.ts';
import { apiKit } from './kit.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/api.md', root), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter((m) => m[1] === language).map((m) => m[2]!);

interface Message {
  first: string;
  headers: Record<string, string>;
  body: string;
}
function messageOf(text: string): Message {
  const [head = '', ...rest] = text.trim().split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(': ');
      return [name.toLowerCase(), value];
    }),
  );
  return { first, headers, body: rest.join('\n\n') };
}

/** What is shown as `…` may be anything of its kind; the rest must be so. */
const expected = (shown: unknown): unknown => {
  if (shown === '…') return expect.any(String);
  if (Array.isArray(shown)) return shown.map(expected);
  if (typeof shown !== 'object' || shown === null) return shown;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, expected(value)])),
  );
};

describe('docs/api.md', () => {
  it('shows requests and their answers as they are', async () => {
    const { call } = await apiKit();
    const examples = blocks('http');
    expect(examples.length).toBeGreaterThan(4);
    let id = '';
    for (const example of examples) {
      const [asked = '', answered = ''] = example.split(/^(?=HTTP\/1\.1 )/m);
      const [request, answer] = [messageOf(asked), messageOf(answered)];
      const [method = '', path = ''] = request.first.split(' ');
      const got = await call(method, path.replace('{id}', id), {
        headers: request.headers,
        ...(request.body && { raw: request.body }),
      });
      expect([request.first, got.status]).toEqual([request.first, Number(answer.first.split(' ')[1])]);
      for (const [name, value] of Object.entries(answer.headers)) expect(got.headers.get(name)).toBe(value);
      expect(got.body).toEqual(expected(JSON.parse(answer.body)));
      // What `{id}` stands for is what the last example has made.
      id = (got.body as { id?: string }).id ?? id;
    }
  });

  it('names every route, every scope and the limits in force', () => {
    for (const { path } of Object.values(routes)) {
      if (!path.startsWith('/v1/confirm')) expect(page).toContain(path);
    }
    for (const scope of SCOPES) expect(page).toContain(`| \`${scope}\``);
    expect(page).toContain(`${MAX_BODY.toLocaleString('en')} bytes`);
    expect(page).toContain(`${MAX_JOBS.toLocaleString('en')} jobs`);
  });

  it('shows TypeScript that compiles and works', async () => {
    const kit = await apiKit();
    kit.answers.send = { kind: 'never', reason: 'client_error', detail: 'HTTP 400', disable: false };
    const { job } = decide(newJob(spec(1), INFO, START, START), failed, START, POLICY);
    await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
    await kit.deliverAll();
    const listening = await serve(kit.api, { host: '127.0.0.1', port: 0 });
    // Within the project, so that it is compiled as strictly as everything else.
    const folder = mkdtempSync(new URL('tests/adapters/api/.example-', root).pathname);
    try {
      const file = join(folder, 'example.ts');
      const code = blocks('ts').join('\n').replace("'jobchime/client'", "'../../../../client/index.ts'");
      writeFileSync(file, code.replace('http://127.0.0.1:8481', listening.url));
      const config = join(folder, 'tsconfig.json');
      writeFileSync(
        config,
        JSON.stringify({ extends: '../../../../tsconfig.json', include: [], files: ['example.ts'] }),
      );
      const bin = (name: string): string => new URL(`node_modules/.bin/${name}`, root).pathname;
      // One checker: four would each work out most of the types.
      execFileSync(process.execPath, [bin('tsc'), '-p', config, '--checkers', '1'], { stdio: 'pipe' });
      const child = spawn(process.execPath, [file], { env: { ...process.env, JOBCHIME_TOKEN: kit.admin } });
      let said = '';
      child.stdout.on('data', (chunk) => (said += String(chunk)));
      child.stderr.on('data', (chunk) => (said += String(chunk)));
      await new Promise((resolve) => child.on('close', resolve));
      expect(said.trim().split('\n')).toEqual([
        'tracked',
        'hwc-ecs/0123456789abcdef0123456789abcdef/a3 null',
        expect.stringMatching(/^job\.failed /),
        'asked for once more, and is still failed',
        "404 There is no subscription 'no-such-subscription'.",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
      await listening.close();
    }
  }, 60_000);
});
