import { describe, expect, it } from 'vitest';
import { readListen } from '../../../lib/adapters/config/api.ts';
import { configOf, depsWith, ENV, problemsOf, VALID } from './kit.ts';

const WITH = `${VALID}api: { listen: '127.0.0.1:8481', secret_key: env:JOBCHIME_KEY, public_url: https://j.example.com/ }\n`;

describe('the HTTP API in the configuration', () => {
  it('is off unless it is named', () => {
    expect(configOf(VALID).api).toBeNull();
  });

  it('has a place to listen, a key and a public address', () => {
    const { deps, secrets } = depsWith();
    const api = configOf(WITH, deps).api!;
    expect(api).toMatchObject({
      listen: { host: '127.0.0.1', port: 8_481 },
      publicUrl: 'https://j.example.com',
    });
    expect(api.secretKey!()).toBe(ENV.JOBCHIME_KEY);
    expect(secrets.redact(`key ${ENV.JOBCHIME_KEY}`)).toBe('key [redacted]');
  });

  it('limits how often a token may ask, if it says so', () => {
    expect(configOf(WITH).api).not.toHaveProperty('limits');
    const text = WITH.replace('public_url:', 'limits: { burst: 500, per_second: 0.5 }, public_url:');
    expect(configOf(text).api!.limits).toEqual({ burst: 500, perSecond: 0.5 });
  });

  it.each([
    ['[::1]:80', { host: '::1', port: 80 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['localhost:8481', { host: 'localhost', port: 8_481 }],
  ])('listens on %s', (text, value) => {
    expect(readListen(text)).toEqual({ ok: true, value });
  });

  it.each(['', '8481', ':8481', '127.0.0.1', '127.0.0.1:', 'a:b', 'host:65536', 'http://host:1', '::1:80'])(
    'does not listen on %j',
    (text) => {
      expect(readListen(text).ok).toBe(false);
    },
  );

  it.each([
    'c2hvcnQ=',
    'x'.repeat(44),
    Buffer.alloc(33).toString('base64'),
    Buffer.alloc(32).toString('hex'),
  ])('takes no other key than 32 bytes in base64: %s', (key) => {
    const problems = problemsOf(WITH, { ...ENV, JOBCHIME_KEY: key });
    expect(problems.map(({ where, problem }) => [where, problem])).toEqual([
      ['api.secret_key', 'what it refers to is not 32 bytes in base64'],
    ]);
    expect(JSON.stringify(problems)).not.toContain(key);
  });
});
