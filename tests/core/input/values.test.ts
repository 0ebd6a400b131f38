import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../../lib/core/input/nearest.ts';
import {
  readAddress,
  readDuration,
  readEndpoint,
  readSender,
  readTarget,
} from '../../../lib/core/input/values.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['15d', 1_296_000_000],
    ['365d', 31_536_000_000],
  ])('%s is %d ms', (text, ms) => {
    expect(readDuration(text)).toEqual({ ok: true, value: ms });
  });

  it.each(['', '30', '30 s', '1.5h', '-1s', '1h30m', '5us', '0d', '366d', '1e3s', ' 30s'])(
    'is not %j',
    (text) => {
      expect(readDuration(text).ok).toBe(false);
    },
  );
});

describe('an address', () => {
  it.each(['ops@example.com', 'a.b+c@mail.example.co.uk', 'root@localhost', 'jörg@example.com'])(
    'may be %s',
    (text) => {
      expect(readAddress(text)).toEqual({ ok: true, value: text });
    },
  );

  it.each([
    'ops',
    '@example.com',
    'ops@',
    'a b@example.com',
    'a@b@c',
    'ops@example.com\nBcc: x@y',
    'a,b@example.com',
    'ops@-x',
  ])('is not %j', (text) => {
    expect(readAddress(text).ok).toBe(false);
  });

  it('may have a name when it sends', () => {
    expect(readSender('Jobchime <jobchime@example.com>').ok).toBe(true);
    expect(readSender('jobchime@example.com').ok).toBe(true);
    expect(readSender('Jobchime <jobchime>').ok).toBe(false);
    expect(readSender('A\r\nBcc: <a@b.example>').ok).toBe(false);
  });
});

describe('an endpoint', () => {
  it.each([
    ['https://ecs.eu-de.otc.t-systems.com', 'https://ecs.eu-de.otc.t-systems.com'],
    ['https://ECS.example.com/', 'https://ecs.example.com'],
    ['https://ecs.example.com:443', 'https://ecs.example.com'],
    ['https://ecs.example.com:8443', 'https://ecs.example.com:8443'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
    ['https://proxy.example.com/ecs/', 'https://proxy.example.com/ecs'],
  ])('%s is %s', (text, origin) => {
    expect(readEndpoint(text, [])).toEqual({ ok: true, value: origin });
  });

  it.each([
    'https:ecs.example.com',
    'https://',
    'https://a b',
    'https:\\\\ecs.example.com',
    'https://x/#y',
    'http://10.0.0.1',
  ])('is not %j', (text) => {
    expect(readEndpoint(text, []).ok).toBe(false);
  });
});

describe('a target', () => {
  it('on a private address must be allowed by name', () => {
    for (const url of [
      'https://192.168.0.1/',
      'http://127.0.0.1:9/',
      'https://[fd00::1]/',
      'https://0x7f000001/',
    ]) {
      expect(readTarget(url, [])).toMatchObject({ ok: false, problem: 'is on a private address' });
    }
    expect(readTarget('https://[fd00::1]/', ['fd00::1']).ok).toBe(true);
    expect(readTarget('http://127.0.0.1:9/', ['127.0.0.1']).ok).toBe(true);
  });

  it('may be any public address over https', () => {
    expect(readTarget('https://93.184.216.34/hook?x=1', []).ok).toBe(true);
  });
});

describe('the nearest word', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['endpoint', 'endpont', 1],
  ])('between %j and %j lie %d edits', (a, b, edits) => {
    expect(distance(a, b)).toBe(edits);
    expect(distance(b, a)).toBe(edits);
  });

  const KNOWN = ['dialect', 'cloud', 'region', 'endpoint', 'access_key', 'on'];
  it.each([
    ['endpont', 'endpoint'],
    ['Endpoint', 'endpoint'],
    ['accessKey', 'access_key'],
    ['access-key', 'access_key'],
    ['claud', 'cloud'],
    ['color', undefined],
    ['x', undefined],
    ['e'.repeat(10_000), undefined],
  ])('to %j is %j', (word, meant) => {
    expect(nearest(word, KNOWN)).toBe(meant);
  });
});

describe('a mail address with letters beyond ASCII', () => {
  it.each(['ops@müller.example', 'ops@例え.example', 'ops@xn--mller-kva.exämple'])(
    '%s is told to write its domain with xn--',
    (text) => {
      expect(readAddress(text)).toEqual({
        ok: false,
        problem: 'has a domain with letters beyond ASCII',
        fix: expect.stringContaining('xn--'),
      });
      expect(readSender(`Ops <${text}>`)).toMatchObject({ fix: expect.stringContaining('xn--') });
    },
  );

  it('written out, its domain is fine', () => {
    expect(readAddress('ops@xn--mller-kva.example')).toMatchObject({ ok: true });
  });

  it.each(['müller', 'ops@müller.example, b@c', 'ops@ m.example', 'öps@@m.example'])(
    '%j is no address',
    (text) => {
      expect(readAddress(text)).toEqual({ ok: false, problem: 'is not an email address' });
    },
  );
});

describe('a word that people use for another', () => {
  it.each([
    ['HWC', ['huawei', 'otc'], 'huawei'],
    ['Huawei Cloud', ['huawei', 'otc'], 'huawei'],
    ['open-telekom-cloud', ['huawei', 'otc'], 'otc'],
    ['T-Systems', ['huawei', 'otc'], 'otc'],
    ['aws', ['huawei', 'otc'], undefined],
    ['failed', ['failures', 'endings', 'everything'], 'failures'],
    ['errors', ['failures', 'endings', 'everything'], 'failures'],
    ['job.failed', ['failures', 'endings', 'everything'], 'failures'],
    ['ended', ['failures', 'endings', 'everything'], 'endings'],
    ['all', ['failures', 'endings', 'everything'], 'everything'],
    ['smtp', ['slack', 'email', 'webhook'], 'email'],
    ['https', ['slack', 'email', 'webhook'], 'webhook'],
    // Only where it is one of those that go there.
    ['failed', ['slack', 'email', 'webhook'], undefined],
    ['mail', ['huawei', 'otc'], undefined],
  ])('%s among %j is %s', (word, known, meant) => expect(nearest(word, known)).toBe(meant));
});
