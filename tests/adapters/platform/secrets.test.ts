import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createSecrets, resolveSecret } from '../../../lib/adapters/platform/secrets.ts';
import { character } from '../../character.ts';

describe('redact', () => {
  test('leaves a text alone that holds no secret', () => {
    const secrets = createSecrets();
    expect(secrets.redact('nothing here')).toBe('nothing here');
    secrets.add('hunter2-hunter2');
    expect(secrets.redact('nothing here either, hunter2')).toBe('nothing here either, hunter2');
  });

  test('replaces every occurrence, at both ends too', () => {
    const secrets = createSecrets();
    secrets.add('hunter2-hunter2');
    expect(secrets.redact('hunter2-hunter2 and hunter2-hunter2')).toBe('[redacted] and [redacted]');
    expect(secrets.redact('hunter2-hunter2hunter2-hunter2')).toBe('[redacted][redacted]');
  });

  test('replaces the longest where one secret begins with another', () => {
    const secrets = createSecrets();
    secrets.add('secret');
    secrets.add('secret-and-more');
    expect(secrets.redact('secret-and-more, secret')).toBe('[redacted], [redacted]');
  });

  test('ignores values that are too short to differ from ordinary text', () => {
    const secrets = createSecrets();
    expect(secrets.add('12345')()).toBe('12345');
    secrets.add('');
    expect(secrets.redact('12345 jobs')).toBe('12345 jobs');
  });

  test.each([
    ['as it is', (value: string) => value],
    ['in JSON', (value: string) => JSON.stringify({ value })],
    ['in a URL', (value: string) => `https://example.com/?key=${encodeURIComponent(value)}`],
    [
      'in a URL in lower-case hex',
      (value: string) => encodeURIComponent(value).replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    ],
    ['in base64', (value: string) => Buffer.from(value).toString('base64')],
    [
      'in base64 without padding',
      (value: string) => Buffer.from(value).toString('base64').replace(/=+$/, ''),
    ],
    ['in base64url', (value: string) => Buffer.from(value).toString('base64url')],
  ])('finds a secret %s', (_form, write) => {
    for (const value of ['p4ss/w0rd+"quoted"=ü', 'a\\b\nc\td"e', 'plain-and-simple', '>>>???~~~']) {
      const secrets = createSecrets();
      secrets.add(value);
      const text = `before ${write(value)} after`;
      expect(secrets.redact(text)).not.toContain(write(value).replace(/^.*?key=/, ''));
      expect(secrets.redact(text)).toMatch(/^before .*\[redacted\].* after$/);
    }
  });

  test("finds the path of a Slack webhook without its host, and leaves other URLs' ordinary words", () => {
    const secrets = createSecrets();
    secrets.add('https://hooks.slack.com/services/T000/B000/XXXXXXXX');
    secrets.add('https://ops.example.com/webhook');
    expect(secrets.redact('POST /services/T000/B000/XXXXXXXX failed')).toBe('POST /[redacted] failed');
    expect(secrets.redact('the webhook failed')).toBe('the webhook failed');
    expect(secrets.redact('https://ops.example.com/webhook failed')).toBe('[redacted] failed');
  });

  test('knows a secret from the moment it is added until it is forgotten', () => {
    const secrets = createSecrets();
    const first = secrets.add('first-token');
    const second = secrets.add('first-token');
    expect(secrets.redact('first-token')).toBe('[redacted]');
    secrets.forget(first);
    expect(secrets.redact('first-token')).toBe('[redacted]');
    secrets.forget(second);
    expect(secrets.redact('first-token')).toBe('first-token');
  });

  test('no secret survives, whatever stands around it', () => {
    const value = fc.string({ minLength: 6, maxLength: 40, unit: character });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 8 }),
        fc.string(),
        fc.nat(),
        (values, around, nth) => {
          const secrets = createSecrets();
          for (const one of values) secrets.add(one);
          // A secret that is part of the marker, or grows out of its surroundings, says nothing of the replacing.
          const secret = values[nth % values.length]!;
          const out = secrets.redact(`${around}\0${secret}\0${around}`).replaceAll('[redacted]', '\0');
          expect(out.includes(secret) && !around.includes(secret)).toBe(false);
        },
      ),
    );
  });

  test('searches a text once, not once for each of hundreds of secrets', () => {
    const secrets = createSecrets();
    for (let i = 0; i < 500; i++)
      secrets.add(`https://hooks.slack.com/services/T${i}/B${i * 7}/${'x'.repeat(20)}${i}`);
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
    secrets.redact(text);
    const searches = (['startsWith', 'includes', 'indexOf', 'replace', 'replaceAll', 'split'] as const).map(
      (search) => vi.spyOn(String.prototype, search as 'includes'),
    );
    const redacted = secrets.redact(text);
    const count = searches.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    for (const search of searches) search.mockRestore();
    expect(redacted).toBe(text);
    // There are 3,500 forms.
    expect(count).toBeLessThan(350);
  });
});

const noFile = (): string => {
  throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
};

describe('a reference', () => {
  test('stands for an environment variable or the text of a file', () => {
    expect(resolveSecret('env:TOKEN', { TOKEN: ' a b ' }, noFile)).toBe(' a b ');
    expect(resolveSecret('file:/run/secrets/token', {}, (path) => `${path}!\n`)).toBe('/run/secrets/token!');
    expect(resolveSecret('file:token', {}, () => 'a\r\n')).toBe('a');
    expect(resolveSecret('file:key', {}, () => 'line 1\nline 2\n\n')).toBe('line 1\nline 2\n');
  });

  test.each([
    ['env:TOKEN', {}, 'env:TOKEN: this environment variable is not set'],
    ['env:TOKEN', { TOKEN: '' }, 'env:TOKEN is empty'],
    ['file:/nowhere', {}, 'file:/nowhere cannot be read (ENOENT)'],
    ['hunter2', {}, 'a secret is given as env:NAME or file:/path'],
    ['env:', {}, 'a secret is given as env:NAME or file:/path'],
    ['vault:hunter2', {}, 'a secret is given as env:NAME or file:/path'],
  ])('%s that does not hold says so', (reference, env, message) => {
    expect(() => resolveSecret(reference, env, noFile)).toThrow(message);
  });

  test('that is in truth the secret itself is not repeated', () => {
    expect(() => resolveSecret('hunter2-hunter2', {}, noFile)).not.toThrow('hunter2');
  });
});
