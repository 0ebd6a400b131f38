import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT, world } from './world.ts';

test('doctor says one line each, and its exit code whether anything is wrong', async () => {
  const w = await world();
  const well = await w.run('jobchime doctor');
  expect(well).toMatchObject({ code: 0, err: '' });
  expect(well.out.trim().split('\n')).toEqual([
    'ok     origin otc-ecs: route, credentials and project are right',
    'ok     origin hwc-elb: route, credentials and project are right',
    'ok     subscription ops-failures (slack): the webhook is there; nothing was posted',
    expect.stringMatching(/^ok {5}subscription ci \(webhook\): can be connected to/),
    'ok     mail: the server lets us in; nothing was sent',
  ]);
  const ill = await w.run('SK=another-secret-key jobchime doctor');
  expect(ill.code).toBe(1);
  expect(ill.out).toMatch(
    /^WRONG {2}origin otc-ecs: HTTP 401 APIGW\.0301 .*\. Check credentials and project/m,
  );
  const behind = await w.run('HTTP_PROXY=http://127.0.0.1:9 NO_PROXY= jobchime doctor');
  expect(behind.out).toMatch(
    /^WRONG {2}origin otc-ecs: .*the proxy 127\.0\.0\.1:9 .*\. Check network\.proxy, or /m,
  );
  expect(behind.out).toMatch(/^WRONG {2}subscription ci .*\. Check network\.proxy, or /m);
  expect(JSON.parse((await w.run('jobchime doctor --json')).out)).toHaveLength(5);
});

test('doctor notes what an account may not read, and exits with 0', async () => {
  const w = await world();
  const auth = '{ access_key: env:AK, secret_key: env:SK }';
  const account = `{ cloud: otc, region: eu-de, endpoint: '${w.env.S}/otc-{dialect}', project: '${PROJECT}', auth: ${auth}, discover: true }`;
  writeFileSync(join(w.folder, 'all.yaml'), `accounts: { prod: ${account} }\nallow_private: [127.0.0.1]\n`);
  w.simulator.fault({
    system: 'otc-cbr',
    fault: 'answer',
    status: 403,
    body: { error_code: 'Pdp.0001', error_msg: 'Policy does not allow it' },
  });
  const ran = await w.run('jobchime doctor --config all.yaml');
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toMatch(/^NOTE {3}origin prod-cbr: HTTP 403 Pdp\.0001.* Its jobs are found, but /m);
  expect(ran.out).not.toContain('WRONG');
});
