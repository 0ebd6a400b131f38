import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT } from '../../../lib/adapters/simulator/accounts.ts';
import { createGate } from '../../../lib/adapters/simulator/auth.ts';
import type { Call } from '../../../lib/adapters/simulator/exchange.ts';
import { createIds } from '../../../lib/adapters/simulator/ids.ts';
import { createKeys } from '../../../lib/adapters/simulator/keys.ts';
import { canonicalRequest, signatureOf } from '../../../lib/adapters/simulator/signature.ts';
import { createTokens } from '../../../lib/adapters/simulator/tokens.ts';

interface Vector {
  name: string;
  access: string;
  secret: string;
  securityToken?: string;
  method?: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  signed: string;
  canonicalHash?: string;
  signature: string;
}

const PROJECT = '0123456789abcdef0123456789abcdef';
const own = {
  access: 'EXAMPLEACCESSKEY0001',
  secret: 'exampleSecretKey/0123456789abcdefghijklmn',
};
const regional = { 'x-project-id': PROJECT, 'x-sdk-date': '20250102T030405Z' };
const gsdk = { access: 'AccessKey', secret: 'SecretKey' };
const gsdkHeaders = { test_underscore: 'TEST_VALUE', 'x-sdk-date': '20060102T150405Z' };

const VECTORS: Vector[] = [
  {
    name: "V0, the vendor's published example",
    access: 'QTWAOYTTINDUT2QVKYUC',
    secret: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc',
    url: 'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
    headers: { 'content-type': 'application/json', 'x-sdk-date': '20191115T033655Z' },
    signed: 'content-type;host;x-sdk-date',
    canonicalHash: 'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
    signature: '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  },
  {
    name: 'V1, a job query',
    ...own,
    url: `https://ecs.eu-west-101.myhuaweicloud.eu/v1/${PROJECT}/jobs/2c9eb2c5544cbf6101544f0602af2b4f`,
    headers: regional,
    signed: 'host;x-project-id;x-sdk-date',
    canonicalHash: 'b3bc61a70dc8c998a8915c6f161a87fb61d273958c68d803f9fbf9e4ef7e0a0b',
    signature: 'e69cdc9099f2c9a877b34efbc392154916dc13b77f65aa943103c785eca5df6b',
  },
  {
    name: 'V2, a temporary key',
    ...own,
    securityToken: 'EXAMPLE-SESSION-TOKEN-0001',
    url: `https://elb.eu-de.otc.t-systems.com/v1.0/${PROJECT}/jobs/ff8080825ecc523f015ecd0a98f82f77`,
    headers: { ...regional, 'x-security-token': 'EXAMPLE-SESSION-TOKEN-0001' },
    signed: 'host;x-project-id;x-sdk-date;x-security-token',
    canonicalHash: 'a0ec0caf05f370541a5b515d9380fbbbb8c0ed5838b441e1a63a3253ce15349d',
    signature: 'e40b333dfff86d501eed39aa550fd8f7fe533478a7b39644673a1c9f76d760d1',
  },
  {
    name: 'V3, an odd query',
    ...own,
    url: `https://rds.eu-de.otc.t-systems.com/v3/${PROJECT}/jobs?x%20y=a%2Fb~c'(%C3%A9)&id=a03b1b8a-b756-467c-8a49-38720c3d23ec`,
    headers: { ...regional, 'content-type': 'application/json' },
    signed: 'content-type;host;x-project-id;x-sdk-date',
    canonicalHash: '9a8d4baa4185ba20d1d189690d1422da4c77c2652d12d576a555b8dbd276a446',
    signature: '20eeb972c68b8fb42d0b87e2bffcaeba90b55eb45057052c0867c96af0c95d95',
  },
  {
    name: 'G1, no host signed',
    ...gsdk,
    url: 'https://example.com/path?limit=1',
    headers: gsdkHeaders,
    signed: 'test_underscore;x-sdk-date',
    signature: 'daeadcf4a306599f7422401cc55d3718a23ef159fed370c62c551a2c45ae9655',
  },
  {
    name: 'G2, with a body',
    ...gsdk,
    method: 'POST',
    url: 'https://example.com/path?key=value',
    headers: { ...gsdkHeaders, 'content-type': 'application/json' },
    body: '{"Name":"test","Id":1}',
    signed: 'content-type;test_underscore;x-sdk-date',
    signature: '0238c3bedddfe8bf113c7530f783322380dedf720d514861623cfe5f73aa8f64',
  },
];

function callOf(vector: Vector): Call {
  const { host, pathname, search } = new URL(vector.url);
  const { access, signed, signature } = vector;
  return {
    id: 'request',
    method: vector.method ?? 'GET',
    path: pathname,
    query: search.slice(1),
    headers: {
      ...vector.headers,
      host,
      authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${signed}, Signature=${signature}`,
    },
    body: Buffer.from(vector.body ?? ''),
  };
}

/** A gate whose clock stands at the vector's date. */
function gateFor({ access, secret, securityToken, headers }: Vector) {
  const iso = headers['x-sdk-date']!.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
  const clock = (): number => Date.parse(iso);
  const accessKeys = [{ access, secret, ...(securityToken === undefined ? {} : { securityToken }) }];
  const ids = createIds('s');
  const keys = createKeys([{ ...DEFAULT_ACCOUNT, accessKeys }], ids, clock);
  return createGate({ keys, tokens: createTokens(ids, 1, clock), olderSignature: false, clock });
}

const flipped = (hex: string, at: number): string =>
  hex.slice(0, at) + (Number.parseInt(hex[at]!, 16) ^ 1).toString(16) + hex.slice(at + 1);

describe.each(VECTORS)('the known vector $name', (vector) => {
  const call = callOf(vector);

  it('gives the known signature', () => {
    const canonical = canonicalRequest(call, vector.signed.split(';'));
    expect(signatureOf(canonical, vector.headers['x-sdk-date']!, vector.secret)).toBe(vector.signature);
    const hash = createHash('sha256').update(canonical).digest('hex');
    expect(hash).toBe(vector.canonicalHash ?? hash);
  });

  it('is admitted', () => {
    expect(gateFor(vector)(call)).toMatchObject({ admitted: true });
  });

  it('is refused with any one bit of the signature flipped', () => {
    for (let at = 0; at < vector.signature.length; at++) {
      const forged = callOf({ ...vector, signature: flipped(vector.signature, at) });
      expect(gateFor(vector)(forged)).toMatchObject({ admitted: false, answer: { status: 401 } });
    }
  });

  it.each<[string, (call: Call) => Call]>([
    ['method', (call) => ({ ...call, method: 'PUT' })],
    ['path', (call) => ({ ...call, path: `${call.path}x` })],
    ['query', (call) => ({ ...call, query: `${call.query}&more=1` })],
    ['body', (call) => ({ ...call, body: Buffer.from('changed') })],
  ])('is refused with another %s', (_, change) => {
    expect(gateFor(vector)(change(call))).toMatchObject({ admitted: false });
  });
});

/** The lines of a canonical request of which only path and query are given. */
const linesOf = (path: string, query = ''): string[] =>
  canonicalRequest({ method: 'GET', path, query, headers: {}, body: Buffer.alloc(0) }, []).split('\n');
const pathOf = (path: string): string | undefined => linesOf(path)[1];
const queryOf = (query: string): string | undefined => linesOf('/', query)[2];

describe('the canonical request', () => {
  it('is the documented text for V1, with a slash at the end of the path', () => {
    expect(canonicalRequest(callOf(VECTORS[1]!), VECTORS[1]!.signed.split(';'))).toBe(
      `GET
/v1/0123456789abcdef0123456789abcdef/jobs/2c9eb2c5544cbf6101544f0602af2b4f/

host:ecs.eu-west-101.myhuaweicloud.eu
x-project-id:0123456789abcdef0123456789abcdef
x-sdk-date:20250102T030405Z

host;x-project-id;x-sdk-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
    );
  });

  it('does not add a second slash to a path that ends in one, and encodes what is not', () => {
    expect(['/', '/a/', '/a', "/a%20b/(c'd)/%7E"].map(pathOf)).toEqual([
      '/',
      '/a/',
      '/a/',
      '/a%20b/%28c%27d%29/~/',
    ]);
  });

  it('sorts by key, then by value, and encodes both', () => {
    expect(queryOf("x%20y=a%2Fb~c'(%C3%A9)&id=a03b")).toBe('id=a03b&x%20y=a%2Fb~c%27%28%C3%A9%29');
    expect(queryOf('b=2&a1=x&a=2&a=1&empty')).toBe('a=1&a=2&a1=x&b=2&empty=');
  });
});
