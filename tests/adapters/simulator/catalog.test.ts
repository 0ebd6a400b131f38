/** Signing in with an access key as the clouds' Go clients do: project, account and catalogue are asked of IAM, signed. */
import { describe, expect, it } from 'vitest';
import { olderSignatureOf, canonicalRequest } from '../../../lib/adapters/simulator/signature.ts';
import { DEFAULT_ACCOUNT, SECOND_ACCOUNT } from '../../../lib/adapters/simulator/simulator.ts';
import { KEY, passwordAuth, PROJECT, queryPath, sign, start } from './harness.ts';

interface Entry {
  type: string;
  name: string;
  endpoints: { interface: string; region: string; url: string }[];
}

/** A signed GET, as `{status, body}`. */
async function signedIn(options: { olderSignature?: boolean } = {}) {
  const world = await start(options);
  const { url, time, get } = world;
  const older = (path: string): Record<string, string> => {
    const date = new Date(time.now).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const { host, pathname, search } = new URL(url + path);
    const headers = { host, 'x-sdk-date': date };
    const scope = `${date.slice(0, 8)}/eu-de/iam/sdk_request`;
    const call = { method: 'GET', path: pathname, query: search.slice(1), headers, body: Buffer.alloc(0) };
    const canonical = canonicalRequest(call, ['host', 'x-sdk-date']);
    const signature = olderSignatureOf(canonical, date, KEY.secret, scope);
    return {
      'x-sdk-date': date,
      authorization: `SDK-HMAC-SHA256 Credential=${KEY.access}/${scope}, SignedHeaders=host;x-sdk-date, Signature=${signature}`,
    };
  };
  const signed = (path: string) => (options.olderSignature ? older(path) : sign(url + path, time.now));
  return { ...world, signed, ask: (path: string) => get(path, signed(path)) };
}

/** As both Go clients do: the first endpoint of a type in a region. */
const endpointOf = (catalog: Entry[], type: string, region: string): string =>
  catalog.find((entry) => entry.type === type && entry.endpoints.some((one) => one.region === region))!
    .endpoints[0]!.url;

describe.each([{}, { olderSignature: true }])('signed, %j', (options) => {
  it('a client finds its project, its account and its services, and there the job', async () => {
    const { simulator, ask, url } = await signedIn(options);
    const { body: found } = await ask('/iam/v3/projects?name=eu-de');
    expect(found).toMatchObject({
      projects: [{ id: PROJECT, name: 'eu-de', enabled: true }],
      links: { next: null, previous: null },
    });
    const { body: account } = await ask('/iam/v3/auth/domains');
    expect(account).toMatchObject({ domains: [{ name: DEFAULT_ACCOUNT.domain }] });

    const { status, body } = await ask('/iam/v3/auth/catalog');
    expect(status).toBe(200);
    const catalog = body['catalog'] as Entry[];
    const ecs = endpointOf(catalog, 'ecs', 'eu-de');
    expect(ecs).toBe(`${url}/otc-ecs/v1/${PROJECT}`);
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'SUCCESS', runMs: 0 } });
    expect(await ask(`${ecs}/jobs/${jobId}`.replace(url, ''))).toMatchObject({
      status: 200,
      body: { job_id: jobId },
    });
    // So OTC's own client makes its endpoint of classic load balancers.
    const compute = endpointOf(catalog, 'compute', 'eu-de');
    const elb = simulator.submit({ system: 'otc-elb', life: { end: 'never' } });
    const classic = compute.replace('ecs', 'elb').replace('/v2/', '/v1.0/');
    expect(await ask(`${classic}/jobs/${elb}`.replace(url, ''))).toMatchObject({
      body: { status: 'RUNNING' },
    });
    expect(endpointOf(catalog, 'ecs', 'eu-west-101')).toBe(`${url}/huawei-ecs/v1/${PROJECT}`);
  });
});

it('every endpoint leads to the query of its system', async () => {
  const { simulator, ask, url } = await signedIn();
  const { body } = await ask('/iam/v3/auth/catalog');
  for (const { name, type, endpoints } of body['catalog'] as Entry[]) {
    if (name !== type) continue;
    const system = endpoints[0]!.url.replace(`${url}/`, '').split('/')[0]! as 'otc-ecs';
    const jobId = simulator.submit({ system, life: { end: 'SUCCESS', runMs: 0, unknownForMs: 0 } });
    expect(`${url}${queryPath(system, jobId)}`.startsWith(endpoints[0]!.url)).toBe(true);
  }
});

it('a token brings the catalogue along, unless it is not wanted', async () => {
  const { iam, url, ask } = await signedIn();
  const { body } = await ask('/iam/v3/auth/catalog');
  const granted = (await (await iam(passwordAuth())).json()) as { token: { catalog: unknown } };
  expect(granted.token.catalog).toEqual(body['catalog']);
  const without = await fetch(`${url}/iam/v3/auth/tokens?nocatalog=1`, {
    method: 'POST',
    body: JSON.stringify({ auth: passwordAuth() }),
  });
  expect((await without.json()) as { token: object }).not.toHaveProperty('token.catalog');
});

it('a project that is not there is an empty list, and only the caller’s own are shown', async () => {
  const { ask, get, token } = await signedIn();
  expect((await ask('/iam/v3/projects?name=eu-nl')).body['projects']).toEqual([]);
  expect((await ask('/iam/v3/auth/projects')).body['projects']).toMatchObject([{ id: PROJECT }]);
  const byToken = await get('/iam/v3/projects', { 'x-auth-token': await token() });
  expect(JSON.stringify(byToken.body)).not.toContain(SECOND_ACCOUNT.projects[0]!.id);
});

it.each(['/v3/projects', '/v3/auth/catalog', '/v3/auth/domains'])(
  '%s is for nobody who has not signed in',
  async (path) => {
    const { get, url, time } = await start();
    expect(await get(`/iam${path}`, {})).toMatchObject({ status: 401, body: { error: { code: 401 } } });
    const wrong = sign(`${url}/iam${path}`, time.now, { ...KEY, secret: 'another' });
    expect((await get(`/iam${path}`, wrong)).status).toBe(401);
  },
);

it('IAM’s faults are theirs too', async () => {
  const { simulator, ask } = await signedIn();
  simulator.fault({ system: 'iam', fault: 'throttled' });
  expect(await ask('/iam/v3/auth/catalog')).toMatchObject({ status: 429, body: { error_code: 'IAM.0012' } });
});
