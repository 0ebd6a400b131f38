import { describe, expect, it } from 'vitest';
import { CERTIFICATE, changed, configOf, depsWith, ENV, PRIVATE_KEY, problemsOf } from './kit.ts';
import { parseConfig } from '../../../lib/adapters/config/config.ts';

/** The valid file, whose webhook says more. */
const withLines = (...lines: string[]): string =>
  changed(
    '    signing_keys: [env:CI_WEBHOOK_KEY]\n',
    ['    signing_keys: [env:CI_WEBHOOK_KEY]', ...lines.map((it) => `    ${it}`), ''].join('\n'),
  );
const targetIn = (text: string, deps = depsWith().deps) =>
  configOf(text, deps).subscriptions.find(({ id }) => id === 'ci')!.targets[0]!;

describe('what a receiver needs', () => {
  it('is read, with the values that its references stand for', () => {
    const { request } = targetIn(
      withLines(
        'method: PATCH',
        'headers: { Authorization: Bearer env:IAM_TOKEN, X-Api-Key: env:SMTP_PASSWORD, X-Source: jobs of ours }',
        'content_type: application/vnd.example+json',
        'secrets: { key: env:SMTP_PASSWORD }',
        "body: '{{ secret.key }}'",
        'timeout: 30s',
        'success: { json: { errcode: 0, result.ok: true } }',
      ),
    );
    const { headers, secrets, ...rest } = request!;
    expect(secrets!.key!()).toBe(ENV.SMTP_PASSWORD);
    expect(rest).toEqual({
      body: '{{ secret.key }}',
      method: 'PATCH',
      contentType: 'application/vnd.example+json',
      timeoutMs: 30_000,
      success: { json: { errcode: 0, 'result.ok': true } },
    });
    const values = Object.entries(headers!).map(([name, value]) => [name, value()]);
    expect(Object.fromEntries(values)).toEqual({
      authorization: `Bearer ${ENV.IAM_TOKEN}`,
      'x-api-key': ENV.SMTP_PASSWORD,
      'x-source': 'jobs of ours',
    });
  });

  it('is a way of its own: whom to trust, who we are, and a proxy', () => {
    const { deps, secrets } = depsWith({ ...ENV, PROXY: 'http://user:opensesame@proxy:3128' });
    const lines = ['ca: file:relay.pem', 'cert: file:relay.pem', 'key: file:relay.key', 'proxy: env:PROXY'];
    const { request } = targetIn(withLines(...lines), deps);
    const { ca, identity, proxy } = request!;
    expect([ca!(), identity!.cert()]).toEqual([CERTIFICATE.trim(), CERTIFICATE.trim()]);
    expect(identity!.key()).toBe(PRIVATE_KEY.trim());
    expect(proxy!()).toBe('http://user:opensesame@proxy:3128/');
    expect(secrets.redact(`${PRIVATE_KEY.trim()} and opensesame`)).toBe('[redacted] and [redacted]');
    expect(targetIn(withLines('proxy: none')).request).toEqual({ proxy: null });
  });

  it('has the key of its certificate', () => {
    expect(problemsOf(withLines('cert: file:relay.pem', 'key: file:other.key'))).toMatchObject([
      { where: 'subscriptions.ci.key', problem: 'is not the key of cert' },
    ]);
  });

  it('is nothing where the file says nothing of it', () => {
    expect(targetIn(withLines())).not.toHaveProperty('request');
  });

  it.each([
    ['headers: { Host: a.example }', 'headers.Host', 'is a header that a subscription may not set'],
    [
      'headers: { content-length: "3" }',
      'headers.content-length',
      'is a header that a subscription may not set',
    ],
    ['headers: { Content-Encoding: gzip }', 'headers.Content-Encoding', 'may not set'],
    ['headers: { Content-Type: text/plain }', 'headers.Content-Type', 'is set in another way'],
    ['headers: { Transfer-Encoding: chunked }', 'headers.Transfer-Encoding', 'may not set'],
    ['headers: { connection: close }', 'headers.connection', 'may not set'],
    ['headers: { COOKIE: a=b }', 'headers.COOKIE', 'may not set'],
    ['headers: { Webhook-Id: x }', 'headers.Webhook-Id', 'may not set'],
    ['headers: { webhook-signature: x }', 'headers.webhook-signature', 'may not set'],
    ['headers: { Proxy-Authorization: env:IAM_TOKEN }', 'headers.Proxy-Authorization', 'may not set'],
    ['headers: { X-A: a, x-a: b }', 'headers.x-a', 'is there twice'],
    ['headers: { Authorization: Basic hunter2 }', 'headers.Authorization', 'is a secret written out'],
    ['headers: { PRIVATE-TOKEN: glpat-hunter2 }', 'headers.PRIVATE-TOKEN', 'is a secret written out'],
    ['headers: { X-A: env:MISSING }', 'headers.X-A', 'env:MISSING: this environment variable is not set'],
    ['headers: { X-A: env:TWO_LINES }', 'headers.X-A', 'has a line break'],
    ['headers: { X-A: "größe №7" }', 'headers.X-A', 'has characters that HTTP does not allow'],
    ['headers: { "X A": b }', 'headers', 'HTTP does not allow'],
    ['method: GET', 'method', 'must be one of POST, PUT, PATCH'],
    ['timeout: 31s', 'timeout', 'must be at most 30s'],
    ['timeout: 10ms', 'timeout', 'must be at least 1s'],
    ['timeout: soon', 'timeout', 'is not a duration'],
    ['content_type: json', 'content_type', 'is not a type of content'],
    ['body: ""', 'body', 'is empty'],
    [`body: ${'x'.repeat(70_000)}`, 'body', 'is longer than 65536 characters'],
    ['secrets: { key: hunter2 }', 'secrets.key', 'is a secret written out'],
    ['secrets: { a-b: env:IAM_TOKEN }', 'secrets', 'a name'],
    ['cert: file:relay.pem', 'key', 'is missing'],
    ['key: file:relay.key', 'cert', 'is missing'],
    ['key: file:relay.pem', 'key', 'is no private key in PEM form'],
    ['ca: file:relay.key', 'ca', 'is no certificate in PEM form'],
    ['ca: env:MISSING', 'ca', 'is not set'],
    ['proxy: socks5://proxy:1080', 'proxy', 'is not the URL of a proxy'],
    ['proxy: http://user:hunter2@proxy:3128', 'proxy', 'has a password written out'],
    ['success: {}', 'success.json', 'is missing'],
    ['success: { json: { errcode: [0] } }', 'success.json.errcode', ''],
  ])('is refused where it cannot be: %s', (line, where, problem) => {
    const problems = problemsOf(withLines(line));
    const found = problems.find((one) => one.where.startsWith(`subscriptions.ci.${where}`));
    expect(found, JSON.stringify(problems)).toBeDefined();
    expect(found!.problem).toContain(problem);
    expect(found!.fix).not.toBe('');
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('is signed, unless it has a body in a form of its own', () => {
    const keys = '    signing_keys: [env:CI_WEBHOOK_KEY]\n';
    expect(problemsOf(changed(keys, ''))).toMatchObject([
      { where: 'subscriptions.ci.signing_keys', problem: 'is missing' },
    ]);
    const target = targetIn(changed(keys, "    body: '{}'\n"));
    expect(target).toMatchObject({ signingKeys: [], request: { body: '{}' } });
  });

  it('belongs to webhooks alone', () => {
    const text = changed('target: env:SLACK_OPS_URL }', 'target: env:SLACK_OPS_URL, method: PUT }');
    expect(problemsOf(text)).toMatchObject([
      { problem: "'method' does not go together with channel: slack" },
    ]);
  });

  it.each(['headers: { Authorization: Bearer env:LATER }', 'secrets: { key: env:LATER }'])(
    'holds what is meant for it while a secret is missing: %s',
    (line) => {
      const { deps } = depsWith();
      const parsed = parseConfig(withLines(line), {
        ...deps,
        missingSecrets: 'later',
      });
      expect(parsed).toMatchObject({ ok: true });
      const ci = parsed.ok && parsed.config.subscriptions.find(({ id }) => id === 'ci');
      expect(ci).toMatchObject({ paused: true, fault: 'locked' });
    },
  );
});
