/** What docs/security.md says of addresses and attempts, read from there and tried. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_CLOUDS } from '../../lib/adapters/clouds/known.ts';
import { parseConfig } from '../../lib/adapters/config/config.ts';
import type { Resolver } from '../../lib/adapters/platform/address.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { isPublic } from '../../lib/core/input/public-address.ts';
import { openHttp, type Purpose } from '../../lib/wire/http.ts';

const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
const cells = [...page.matchAll(/^\| (.+) \|$/gm)].map((row) =>
  row[1]!.split(' | ').map((cell) => cell.trim()),
);
const inCode = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

const attempts = cells
  .filter((row) => row[1] === 'targets' || row[1] === 'clouds')
  .map(([what, to, url, addresses, outcome]) => ({
    what: what!,
    to: to as Purpose,
    url: inCode(url!)[0]!,
    addresses: inCode(addresses!),
    outcome: inCode(outcome!)[0]!,
  }));
const yaml = /^```yaml\n(.*?)^```/ms.exec(page)![1]!;

describe.each(['straight', 'through a proxy'])('every attempt of the table, %s', (way) => {
  let hits = 0;
  // It answers every request with a redirect to itself, which nobody must follow; or it is the proxy, and leads nowhere.
  const server = createServer((socket) => {
    hits += 1;
    socket.on('error', () => {});
    const { port } = server.address() as AddressInfo;
    socket.end(`HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:${port}/\r\ncontent-length: 0\r\n\r\n`);
  });
  let port = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    port = String((server.address() as AddressInfo).port);
  });
  afterAll(() => void server.close());

  it.each(attempts)('$what: $to $url $outcome', async ({ to, url, addresses, outcome }) => {
    const resolve: Resolver = (_hostname, _options, callback) =>
      addresses.length === 0
        ? callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
        : callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          );
    const proxy = `http://127.0.0.1:${port}`;
    const secrets = createSecrets();
    const config = parseConfig(yaml.replaceAll('PORT', port), {
      path: '/jobchime.yaml',
      env: {
        PASSWORD: 'a-password-of-some-length',
        ...(way !== 'straight' && { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }),
      },
      readFile: () => '',
      clouds: KNOWN_CLOUDS,
      secrets,
    });
    if (!config.ok) throw new Error(JSON.stringify(config.problems));
    const http = openHttp({ config: config.config, secrets }, to, resolve);
    hits = 0;
    const answer = await http.exchange({
      method: 'POST',
      url: url.replace('PORT', port),
      headers: {},
      deadlineMs: 5_000,
      maxBytes: 1_000,
    });
    await http.close();
    // What speaks no TLS was connected to all the same, and so was the proxy that says 302.
    const connected =
      answer.ok || answer.reason === 'tls' || /said 302/.test(answer.detail) ? 'connected' : answer.reason;
    expect([connected, hits]).toEqual([outcome, outcome === 'connected' ? 1 : 0]);
    for (const address of addresses)
      if (!answer.ok && !url.includes(address) && outcome !== 'connected')
        expect(answer.detail).not.toContain(address);
  });

  it('is in the table, both ways', () => {
    expect(attempts.length).toBeGreaterThan(30);
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(
      new Set(['blocked_address', 'connected', 'dns', 'bad_url']),
    );
  });
});

describe('the table of addresses that are not public', () => {
  const ranges = cells
    .flatMap((row) => (row.length === 2 ? inCode(row[0]!) : []))
    .filter((one) => /^[\da-f.:]+\/\d+$/.test(one));
  const GLOBAL = '2000::/3';
  type Address = ReturnType<typeof ipaddr.parse>;
  const within = (ip: Address, range: string): boolean => {
    const [net, bits] = ipaddr.parseCIDR(range);
    return net.kind() === ip.kind() && ip.match(net, bits);
  };
  /** As the page says. */
  const told = (ip: Address): boolean =>
    (ip.kind() === 'ipv4' || within(ip, GLOBAL)) && !ranges.some((range) => within(ip, range));

  const bytesOf = (range: string) => {
    const [net, bits] = ipaddr.parseCIDR(range);
    const size = net.kind() === 'ipv4' ? 32 : 128;
    const number = net.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return { number, last: number + (1n << BigInt(size - bits)) - 1n, bytes: size / 8 };
  };
  const addressOf = (number: bigint, bytes: number): Address =>
    ipaddr.fromByteArray(
      Array.from({ length: bytes }, (_, i) => Number((number >> BigInt(8 * (bytes - 1 - i))) & 255n)),
    );

  it.each([...ranges, GLOBAL])('holds at both ends of %s and next to them', (range) => {
    const { number, last, bytes } = bytesOf(range);
    const most = (1n << BigInt(8 * bytes)) - 1n;
    for (const at of [number, last, number - 1n, last + 1n].filter((n) => n >= 0n && n <= most)) {
      const ip = addressOf(at, bytes);
      expect([ip.toString(), isPublic(ip.toString())]).toEqual([ip.toString(), told(ip)]);
    }
    expect(told(addressOf(number, bytes))).toBe(range === GLOBAL);
  });

  it('holds for any address, and a mapped one is the one that it holds', () => {
    const any = (bytes: number) =>
      fc
        .array(fc.integer({ min: 0, max: 255 }), { minLength: bytes, maxLength: bytes })
        .map((all) => ipaddr.fromByteArray(all));
    fc.assert(
      fc.property(fc.oneof(any(4), any(16)), (ip) => {
        expect(isPublic(ip.toString())).toBe(told(ip));
        if (ip.kind() === 'ipv4') expect(isPublic(`::ffff:${ip.toString()}`)).toBe(told(ip));
      }),
      { numRuns: 2_000 },
    );
    expect(ranges.length).toBeGreaterThan(20);
  });
});
