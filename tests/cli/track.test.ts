import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT, world } from './world.ts';

const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

it('track says what an answer has in place of a job, and ends with 1', async () => {
  const w = await world();
  const order = JSON.stringify({
    order_id: 'CS2603020800ABCDE',
    volume_ids: ['2d6c0a7e-58a5-4d3f-9d0e-7b1a9a3c5e10'],
  });
  expect(await w.run(`echo '${order}' | jobchime track otc-ecs -`)).toEqual({
    code: 1,
    out: '',
    err: 'Nothing was tracked: the input names no job (an order, CS2603020800ABCDE).\n',
  });
  const printed = String.raw`HTTP/1.1 200 OK\r\ndate: today\r\n\r\n{"job_id": "ff80"}`;
  const tracked = await w.run(`printf '${printed}' | jobchime track otc-ecs -`);
  expect(tracked).toMatchObject({ code: 0, out: `tracked  otc-ecs/${PROJECT}/ff80\n` });
}, 60_000);

it('track says of a job that is tracked already how it is, whom it tells too, and what stays as it was', async () => {
  const w = await world();
  const host = 'https://127.0.0.1:1';
  writeFileSync(join(w.folder, 'jobchime.yaml'), w.configText.replace(w.webhook.url, `${host}/hooks`));
  const job = w.simulator.submit({ system: 'otc-ecs', life: { end: 'SUCCESS', runMs: 50 } });
  const key = `otc-ecs/${PROJECT}/${job}`;
  const service = await w.start('jobchime start', 'service.started');
  const first = `jobchime track otc-ecs ${job} --name web-7 --correlation-id order-9 --traceparent ${TRACE} --notify ${host}/s3cret-1`;
  expect((await w.run(first)).out).toBe(`tracked  ${key}\n`);
  await service.until('"job.succeeded"');
  const again = `jobchime track otc-ecs ${job} --name web-8 --label team=web --notify ${host}/s3cret-2`;
  expect(await w.run(`${again} --notify slack:ops-failures`)).toEqual({
    code: 0,
    out: `already tracked  ${key}  succeeded\n  ${host}/… is notified of its end now\n  slack:ops-failures is notified of its end now\n`,
    err: [
      `${key}: --name differs; the job was tracked before and keeps web-7.\n`,
      `${key}: --label differs; the job was tracked before and keeps none.\n`,
    ].join(''),
  });
  await expect.poll(() => w.slack.arrivals.length).toBe(1);
  expect(JSON.parse((await w.run('jobchime jobs --json')).out)).toMatchObject({ correlationId: 'order-9' });
  const { out: events } = await w.run(`jobchime events --job ${job} --json`);
  expect(JSON.parse(events.split('\n')[0]!)).toMatchObject({ metadata: { traceparent: TRACE } });
  const junk = await w.run(`jobchime track otc-ecs ff81 --traceparent 00-junk-01`);
  expect([junk.code, junk.err]).toEqual([
    1,
    expect.stringContaining('traceparent must be a traceparent of W3C'),
  ]);
  expect(service.printed()).not.toContain('s3cret');
  service.child.kill('SIGTERM');
  await service.ended;
  expect((await w.run('jobchime export > all.jsonl')).code).toBe(0);
  const files = readdirSync(w.folder).filter((name) => /\.(db|jsonl)/.test(name));
  expect(files.length).toBeGreaterThan(1);
  for (const name of files)
    expect(readFileSync(join(w.folder, name), 'latin1'), name).not.toContain('s3cret');
}, 60_000);

it('track reads the answer from a file, waits for the end where asked, and ends as that did', async () => {
  const w = await world();
  const good = w.simulator.submit({ system: 'otc-ecs', life: { end: 'SUCCESS', runMs: 300 } });
  const bad = w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 300 } });
  const write = (name: string, jobId: string) =>
    writeFileSync(join(w.folder, name), JSON.stringify({ body: JSON.stringify({ job_id: jobId }) }));
  write('good.json', good);
  write('bad.json', bad);
  const log =
    'provider: [1787324710123-42] API Request URL: POST https://ecs.example.com/v1.1/p/cloudservers\n';
  writeFileSync(join(w.folder, 'provider.log'), log);
  const service = await w.start('jobchime start', 'service.started');
  const succeeded = await w.run('jobchime track otc-ecs good.json --wait --timeout 30s');
  expect(succeeded).toMatchObject({ code: 0, err: '' });
  expect(succeeded.out).toMatch(new RegExp(`^tracked  otc-ecs/${PROJECT}/${good}\n[^]*succeeded`));
  const failed = await w.run('jobchime track otc-ecs good.json bad.json --wait --json');
  expect(failed.code).toBe(1);
  expect(
    failed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toHaveLength(4);
  const never = w.simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
  expect((await w.run(`jobchime track otc-ecs ${never} --wait --timeout 100ms`)).code).toBe(3);
  expect(await w.run('jobchime track nowhere ff80 --wait')).toMatchObject({ code: 4, out: '' });
  expect(await w.run('jobchime track otc-ecs ff80 --timeout 5s')).toMatchObject({ code: 1, out: '' });
  const gone = await w.run('jobchime track otc-ecs gone.json');
  expect([gone.code, gone.err]).toEqual([
    1,
    expect.stringMatching(/^gone\.json: jobId must be 1 to 64 .*There is no such file, either\.$/m),
  ]);
  const debugLog = await w.run('jobchime track otc-ecs provider.log');
  expect([debugLog.code, debugLog.err]).toEqual([1, expect.stringContaining('jobchime intake FILE')]);
  service.child.kill('SIGTERM');
  await service.ended;
}, 60_000);
