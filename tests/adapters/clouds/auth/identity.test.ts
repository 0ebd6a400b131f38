import { describe, expect, onTestFinished, test } from 'vitest';
import { createClouds } from '../../../../lib/adapters/clouds/client.ts';
import { createHttp } from '../../../../lib/adapters/platform/http.ts';
import { createSecrets } from '../../../../lib/adapters/platform/secrets.ts';
import { DEFAULT_ACCOUNT } from '../../../../lib/adapters/simulator/simulator.ts';
import { serve } from '../../platform/serve.ts';
import { against, AGENCY, PROJECT, SECOND_PROJECT } from '../against.ts';
import { NOW } from '../fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SYSTEM = 'huawei-ecs';
const DONE = { end: 'SUCCESS', runMs: 0 } as const;

/** One origin in the second account's project, asked in the name of its agency. */
const byAgency = (by: 'keys' | 'password', agency = AGENCY) =>
  against((known) => {
    const auth =
      by === 'keys'
        ? { ...known.keys, agency: { ...agency, iam: known.password.iam } }
        : { ...known.password, agency };
    return [{ system: SYSTEM, projectId: SECOND_PROJECT, auth }];
  });

describe('an agency', () => {
  test.each(['keys', 'password'] as const)('lets somebody else’s project be asked, by %s', async (by) => {
    const { simulator, ask } = await byAgency(by);
    const job = simulator.submit({ system: SYSTEM, projectId: SECOND_PROJECT, life: DONE });
    expect(await ask(SYSTEM, job)).toMatchObject({ kind: 'succeeded' });
  });

  test('is assumed once, however many ask, and again before its keys end', async () => {
    const { simulator, ask, pass, iamCalls } = await byAgency('keys');
    const job = simulator.submit({ system: SYSTEM, projectId: SECOND_PROJECT, life: DONE });
    await Promise.all(Array.from({ length: 20 }, () => ask(SYSTEM, job)));
    expect(iamCalls()).toBe(1);
    pass(54 * MINUTE - 1);
    await ask(SYSTEM, job);
    expect(iamCalls()).toBe(1);
    pass(1);
    expect(await ask(SYSTEM, job)).toMatchObject({ kind: 'succeeded' });
    expect(iamCalls()).toBe(2);
  });

  test('by password takes a token of the user and one of the agency, for a day', async () => {
    const { simulator, ask, pass, iamCalls } = await byAgency('password');
    const job = simulator.submit({ system: SYSTEM, projectId: SECOND_PROJECT, life: DONE });
    await ask(SYSTEM, job);
    pass(23 * HOUR);
    await ask(SYSTEM, job);
    expect(iamCalls()).toBe(2);
  });

  test('whose keys die early is assumed anew', async () => {
    const { simulator, ask, pass, iamCalls } = await byAgency('keys');
    const job = simulator.submit({ system: SYSTEM, projectId: SECOND_PROJECT, life: DONE });
    await ask(SYSTEM, job);
    simulator.fault({ system: SYSTEM, fault: 'token_expired', count: 1 });
    pass(2 * MINUTE);
    expect(await ask(SYSTEM, job)).toMatchObject({ kind: 'succeeded' });
    expect(iamCalls()).toBe(2);
  });

  test('whose caller’s token was revoked is assumed with another one', async () => {
    const { simulator, ask, pass, iamCalls } = await byAgency('password');
    const job = simulator.submit({ system: SYSTEM, projectId: SECOND_PROJECT, life: DONE });
    await ask(SYSTEM, job);
    pass(2 * MINUTE);
    simulator.revokeTokens();
    expect(await ask(SYSTEM, job)).toMatchObject({ kind: 'succeeded' });
    // The agency's token with the dead one of the user, then a new one of the user, then of the agency.
    expect(iamCalls()).toBe(2 + 3);
  });

  test.each(['keys', 'password'] as const)('that is not there is told, by %s', async (by) => {
    const { ask, pass, iamCalls } = await byAgency(by, { ...AGENCY, name: 'gone' });
    const seen = await ask(SYSTEM, 'a1');
    expect(seen).toMatchObject({ kind: 'denied', detail: expect.stringMatching(/^IAM: HTTP 404.*agency/) });
    const calls = iamCalls();
    for (let s = 0; s < 60; s += 10) {
      pass(10_000);
      await ask(SYSTEM, 'a1');
    }
    // Left alone for five minutes.
    expect(iamCalls()).toBe(calls);
  });

  test('gives nothing away that it was handed', async () => {
    const credential = {
      access: 'TEMPORARYACCESS0001',
      secret: 'temporarySecretKey/of+an=agency',
      securitytoken: 'gQpldS1jZW50cmFs'.repeat(40),
      expires_at: '2026-03-01T13:00:00.000000Z',
    };
    const server = await serve((req, res) =>
      req.url!.includes('securitytokens')
        ? res.writeHead(201).end(JSON.stringify({ credential }))
        : res
            .writeHead(403)
            .end(JSON.stringify({ code: 'X.1', message: JSON.stringify([credential, req.headers]) })),
    );
    const secrets = createSecrets();
    const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
    onTestFinished(() => http.close());
    const auth = {
      kind: 'keys',
      accessKey: () => 'A',
      secretKey: () => 'B',
      agency: { ...AGENCY, iam: server.url },
    } as const;
    const config = {
      name: 'x',
      dialect: 'ecs',
      cloud: 'otc',
      region: 'eu-de',
      endpoint: server.url,
      projectId: PROJECT,
      auth,
    };
    const telemetry = { line: () => {} };
    const clouds = createClouds([config], { http, secrets, telemetry, clock: () => NOW });
    const seen = JSON.stringify(await clouds.check({ origin: 'x', projectId: PROJECT, jobId: 'a1' }));
    expect(seen).toContain('[redacted]');
    for (const secret of [credential.access, credential.secret, credential.securitytoken]) {
      expect(seen).not.toContain(secret);
    }
    // What was asked for, and by whom.
    const [asked, look] = server.requests;
    expect(JSON.parse(asked!.body)).toEqual({
      auth: {
        identity: {
          methods: ['assume_role'],
          assume_role: { agency_name: AGENCY.name, domain_name: AGENCY.domain, duration_seconds: 3_600 },
        },
        scope: { project: { id: PROJECT } },
      },
    });
    expect(asked!.headers).not.toHaveProperty('x-project-id');
    expect(asked!.headers.authorization).toMatch(
      /^SDK-HMAC-SHA256 Access=A, SignedHeaders=host;x-sdk-date, /,
    );
    expect(look!.headers).toMatchObject({
      'x-security-token': credential.securitytoken,
      'x-project-id': PROJECT,
      authorization: expect.stringMatching(/^SDK-HMAC-SHA256 Access=TEMPORARYACCESS0001, /),
    });
  });
});

describe('one identity', () => {
  const services = ['huawei-ecs', 'huawei-elb', 'huawei-evs', 'huawei-rds'] as const;

  test('has one token for all services of a project', async () => {
    const { simulator, ask, pass, iamCalls } = await against((known) =>
      services.map((system) => ({ system, auth: known.password })),
    );
    const jobs = services.map((system) => simulator.submit({ system, life: DONE }));
    pass(10_000);
    const seen = await Promise.all(services.map((system, i) => ask(system, jobs[i]!)));
    expect(seen.map(({ kind }) => kind)).toEqual(services.map(() => 'succeeded'));
    expect(iamCalls()).toBe(1);

    simulator.revokeTokens();
    pass(2 * MINUTE);
    await Promise.all(services.map((system, i) => ask(system, jobs[i]!)));
    expect(iamCalls()).toBe(2);
  });

  test('has a token for each project', async () => {
    const account = {
      ...DEFAULT_ACCOUNT,
      projects: [...DEFAULT_ACCOUNT.projects, { id: 'a'.repeat(32), name: 'eu-de_b' }],
    };
    const { simulator, ask, iamCalls } = await against(
      (known) => [
        { system: SYSTEM, name: 'one', auth: known.password },
        { system: SYSTEM, name: 'two', auth: known.password, projectId: 'a'.repeat(32) },
      ],
      { accounts: [account] },
    );
    const first = simulator.submit({ system: SYSTEM, life: DONE });
    const second = simulator.submit({ system: SYSTEM, projectId: 'a'.repeat(32), life: DONE });
    expect(await ask('one', first)).toMatchObject({ kind: 'succeeded' });
    expect(await ask('two', second)).toMatchObject({ kind: 'succeeded' });
    expect(iamCalls()).toBe(2);
  });

  test('is another one with another password', async () => {
    const { ask, iamCalls } = await against((known) => [
      { system: SYSTEM, name: 'right', auth: known.password },
      { system: SYSTEM, name: 'wrong', auth: { ...known.password, password: () => 'not-the-password' } },
    ]);
    expect(await ask('right', 'a1')).toMatchObject({ kind: 'not_found' });
    expect(await ask('wrong', 'a1')).toMatchObject({ kind: 'denied' });
    expect(await ask('right', 'a1')).toMatchObject({ kind: 'not_found' });
    expect(iamCalls()).toBe(2);
  });
});

describe('a clock that is wrong', () => {
  const signing = () => against((known) => [{ system: SYSTEM, auth: known.keys }]);

  test.each([
    [23 * MINUTE, "this machine's clock is 23 minutes ahead of the cloud's: set it right"],
    [-23 * MINUTE, "this machine's clock is 23 minutes behind the cloud's: set it right"],
    [5 * HOUR, "this machine's clock is 5 hours ahead of the cloud's: set it right"],
  ])('by %i ms is named, with a line in the log', async (ms, words) => {
    const { ask, skew, lines } = await signing();
    skew(ms);
    const seen = await ask(SYSTEM, 'a1');
    expect(seen).toMatchObject({ kind: 'denied', clockAheadMs: ms });
    expect('detail' in seen && seen.detail).toContain(words);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'clouds.clock', origin: SYSTEM, aheadMs: ms }),
    );
  });

  test('by up to 15 minutes does not matter', async () => {
    const { ask, skew, lines } = await signing();
    for (const ms of [15 * MINUTE, -15 * MINUTE]) {
      skew(ms);
      expect(await ask(SYSTEM, 'a1')).toMatchObject({ kind: 'not_found' });
    }
    expect(lines).toEqual([]);
  });

  test('is no matter for tokens, nor for how long they are kept', async () => {
    const { ask, skew, pass, iamCalls } = await against((known) => [
      { system: SYSTEM, auth: known.password },
    ]);
    skew(48 * HOUR);
    for (let i = 0; i < 3; i++) {
      expect(await ask(SYSTEM, 'a1')).toMatchObject({ kind: 'not_found' });
      pass(HOUR);
    }
    expect(iamCalls()).toBe(1);
    pass(21 * HOUR);
    await ask(SYSTEM, 'a1');
    expect(iamCalls()).toBe(2);
  });
});

test('the older form of the signature is understood where it is spoken', async () => {
  const older = await against(
    (known) => [{ system: SYSTEM, auth: { ...known.keys, signature: 'credential' } }],
    {
      olderSignature: true,
    },
  );
  const job = older.simulator.submit({ system: SYSTEM, life: DONE });
  expect(await older.ask(SYSTEM, job)).toMatchObject({ kind: 'succeeded' });

  const present = await against((known) => [
    { system: SYSTEM, auth: { ...known.keys, signature: 'credential' } },
  ]);
  expect(await present.ask(SYSTEM, PROJECT)).toMatchObject({ kind: 'denied' });
});
