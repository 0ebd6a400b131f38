import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  authorization,
  canonicalRequest as canonicalise,
  sdkDate,
  type Signable,
} from '../../../../lib/adapters/platform/sdk-signature.ts';
import { createSigner } from '../../../../lib/adapters/clouds/auth/auth.ts';

const canonicalRequest = (request: Signable): string => canonicalise(request).canonical;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const P = '0123456789abcdef0123456789abcdef';
const OURS = { access: 'EXAMPLEACCESSKEY0001', secret: 'exampleSecretKey/0123456789abcdefghijklmn' };
const DATE = '20250102T030405Z';

interface Vector {
  name: string;
  keys: { access: string; secret: string };
  request: Signable;
  signed: string;
  canonical?: string;
  signature: string;
}

const v3 = new URL('https://rds.eu-de.otc.t-systems.com/v3/0123456789abcdef0123456789abcdef/jobs');
v3.searchParams.append('id', 'a03b1b8a-b756-467c-8a49-38720c3d23ec');
v3.searchParams.append('x y', "a/b~c'(é)");

const VECTORS: Vector[] = [
  {
    name: 'the one that the vendor publishes in its signing guide',
    keys: { access: 'QTWAOYTTINDUT2QVKYUC', secret: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' },
    request: {
      method: 'GET',
      url: new URL(
        'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
      ),
      headers: {
        'content-type': 'application/json',
        'X-Sdk-Date': '20191115T033655Z',
        host: 'service.region.example.com',
      },
    },
    signed: 'content-type;host;x-sdk-date',
    canonical: 'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
    signature: '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  },
  {
    name: 'the ECS job query',
    keys: OURS,
    request: {
      method: 'GET',
      url: new URL(`https://ecs.eu-west-101.myhuaweicloud.eu/v1/${P}/jobs/2c9eb2c5544cbf6101544f0602af2b4f`),
      headers: { host: 'ecs.eu-west-101.myhuaweicloud.eu', 'X-Project-Id': P, 'X-Sdk-Date': DATE },
    },
    signed: 'host;x-project-id;x-sdk-date',
    canonical: 'b3bc61a70dc8c998a8915c6f161a87fb61d273958c68d803f9fbf9e4ef7e0a0b',
    signature: 'e69cdc9099f2c9a877b34efbc392154916dc13b77f65aa943103c785eca5df6b',
  },
  {
    name: 'the ELB job query with temporary keys',
    keys: OURS,
    request: {
      method: 'GET',
      url: new URL(`https://elb.eu-de.otc.t-systems.com/v1.0/${P}/jobs/ff8080825ecc523f015ecd0a98f82f77`),
      headers: {
        host: 'elb.eu-de.otc.t-systems.com',
        'X-Project-Id': P,
        'X-Sdk-Date': DATE,
        'X-Security-Token': 'EXAMPLE-SESSION-TOKEN-0001',
      },
    },
    signed: 'host;x-project-id;x-sdk-date;x-security-token',
    canonical: 'a0ec0caf05f370541a5b515d9380fbbbb8c0ed5838b441e1a63a3253ce15349d',
    signature: 'e40b333dfff86d501eed39aa550fd8f7fe533478a7b39644673a1c9f76d760d1',
  },
  {
    name: 'a query string that wants encoding and sorting',
    keys: OURS,
    request: {
      method: 'GET',
      url: v3,
      headers: {
        'X-Sdk-Date': DATE,
        'X-Project-Id': P,
        host: 'rds.eu-de.otc.t-systems.com',
        'content-type': 'application/json',
      },
    },
    signed: 'content-type;host;x-project-id;x-sdk-date',
    canonical: '9a8d4baa4185ba20d1d189690d1422da4c77c2652d12d576a555b8dbd276a446',
    signature: '20eeb972c68b8fb42d0b87e2bffcaeba90b55eb45057052c0867c96af0c95d95',
  },
  {
    name: "another client's: no host, a name with an underscore",
    keys: { access: 'AccessKey', secret: 'SecretKey' },
    request: {
      method: 'GET',
      url: new URL('https://unsigned.test/path?limit=1'),
      headers: { TEST_UNDERSCORE: 'TEST_VALUE', 'X-Sdk-Date': '20060102T150405Z' },
    },
    signed: 'test_underscore;x-sdk-date',
    signature: 'daeadcf4a306599f7422401cc55d3718a23ef159fed370c62c551a2c45ae9655',
  },
  {
    name: "another client's: with a body",
    keys: { access: 'AccessKey', secret: 'SecretKey' },
    request: {
      method: 'POST',
      url: new URL('https://unsigned.test/path?key=value'),
      headers: {
        TEST_UNDERSCORE: 'TEST_VALUE',
        'Content-Type': 'application/json',
        'X-Sdk-Date': '20060102T150405Z',
      },
      body: '{"Name":"test","Id":1}',
    },
    signed: 'content-type;test_underscore;x-sdk-date',
    signature: '0238c3bedddfe8bf113c7530f783322380dedf720d514861623cfe5f73aa8f64',
  },
];

describe('known answers', () => {
  test.each(VECTORS)('$name', ({ keys, request, signed, canonical, signature }) => {
    if (canonical) expect(sha256(canonicalRequest(request))).toBe(canonical);
    expect(authorization(request, keys.access, keys.secret)).toBe(
      `SDK-HMAC-SHA256 Access=${keys.access}, SignedHeaders=${signed}, Signature=${signature}`,
    );
  });

  test('the canonical request in full', () => {
    expect(canonicalRequest(VECTORS[1]!.request)).toBe(`GET
/v1/0123456789abcdef0123456789abcdef/jobs/2c9eb2c5544cbf6101544f0602af2b4f/

host:ecs.eu-west-101.myhuaweicloud.eu
x-project-id:0123456789abcdef0123456789abcdef
x-sdk-date:20250102T030405Z

host;x-project-id;x-sdk-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`);
    expect(canonicalRequest(v3Request()).split('\n')[2]).toBe(
      'id=a03b1b8a-b756-467c-8a49-38720c3d23ec&x%20y=a%2Fb~c%27%28%C3%A9%29',
    );
  });
});

describe('the older form', () => {
  const { request, keys } = VECTORS[1]!;

  test('is signed with a key for the day, in which region and service are empty', () => {
    const hmac = (key: string | Buffer, text: string): Buffer =>
      createHmac('sha256', key).update(text).digest();
    const day = hmac(`SDK${keys.secret}`, '20250102');
    const key = hmac(hmac(hmac(day, ''), ''), 'sdk_request');
    const toSign = `SDK-HMAC-SHA256\n${DATE}\n20250102///sdk_request\n${VECTORS[1]!.canonical}`;
    expect(authorization(request, keys.access, keys.secret, 'credential')).toBe(
      'SDK-HMAC-SHA256 Credential=EXAMPLEACCESSKEY0001/20250102///sdk_request, ' +
        `SignedHeaders=host;x-project-id;x-sdk-date, Signature=${hmac(key, toSign).toString('hex')}`,
    );
  });

  test('gives what another implementation of it gave', () => {
    expect(authorization(request, keys.access, keys.secret, 'credential')).toContain(
      'Signature=5e96a74119b3da730f9a513d804bcab30ac1f0cb8b637b989b05b8a440a9242a',
    );
  });
});

const v3Request = (): Signable => VECTORS[3]!.request;

test('the order in which headers and parameters are given does not matter', () => {
  const { method, url, headers } = v3Request();
  const turned = new URL(url);
  turned.search = '';
  for (const [name, value] of [...url.searchParams].toReversed()) turned.searchParams.append(name, value);
  const request = { method, url: turned, headers: Object.fromEntries(Object.entries(headers).toReversed()) };
  expect(canonicalRequest(request)).toBe(canonicalRequest(v3Request()));
});

test('repeated parameters are sorted by value', () => {
  const request = { method: 'GET', url: new URL('https://x.test/p?b=2&a=2&a=10&a=1'), headers: {} };
  expect(canonicalRequest(request).split('\n')[2]).toBe('a=1&a=10&a=2&b=2');
});

test('a path that is encoded already is not encoded twice', () => {
  const request = { method: 'GET', url: new URL("https://x.test/a%20b/it's"), headers: {} };
  expect(canonicalRequest(request).split('\n')[1]).toBe('/a%20b/it%27s/');
});

test('the date is in seconds and UTC', () => {
  expect(sdkDate(Date.parse('2025-01-02T03:04:05.678Z'))).toBe(DATE);
});

test('one signer tells each second, and signs with each key and for each day by itself', async () => {
  const { request } = VECTORS[1]!;
  let now = Date.parse('2025-01-02T03:04:05.678Z');
  for (const form of ['access', 'credential'] as const) {
    const sign = createSigner({ projectId: 'p', signature: form, clock: () => now });
    const prove = (secret: string) =>
      sign({ accessKey: () => 'AK', secretKey: () => secret }, { method: 'GET', url: request.url }).headers;
    for (const ms of [0, 321, 322, 86_400_000, 0, -679]) {
      now = Date.parse('2025-01-02T03:04:05.678Z') + ms;
      for (const secret of ['one', 'another', 'one\nwith a second line', 'one']) {
        const { authorization: said, ...rest } = prove(secret);
        const headers = { ...rest, host: request.url.host };
        expect(rest['x-sdk-date']).toBe(sdkDate(now));
        expect(said).toBe(authorization({ method: 'GET', url: request.url, headers }, 'AK', secret, form));
      }
    }
  }
});
