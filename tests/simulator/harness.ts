import { afterEach } from 'vitest';
import { canonicalRequest, signatureOf } from '../../lib/simulator/signature.ts';
import {
  createSimulator,
  DEFAULT_ACCOUNT,
  type SimulatorOptions,
  type SystemName,
} from '../../lib/simulator/simulator.ts';

export const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
export const KEY = DEFAULT_ACCOUNT.accessKeys[0]!;
const VERSION: Record<SystemName, string> = { 'huawei-ecs': 'v1', 'huawei-elb': 'v1.0', 'otc-ecs': 'v1' };

export const queryPath = (system: SystemName, jobId: string, project = PROJECT): string =>
  `/${system}/${VERSION[system]}/${project}/jobs/${jobId}`;

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((close) => close()));
});

/** A simulator on a free port whose clock stands still until it is moved. */
export async function start(options: SimulatorOptions = {}) {
  const time = { now: Date.parse('2025-01-02T03:04:05Z') };
  const simulator = createSimulator({ clock: () => time.now, ...options });
  const { url, port } = await simulator.listen();
  running.push(simulator.close);

  const iam = (auth: unknown): Promise<Response> =>
    fetch(`${url}/iam/v3/auth/tokens`, { method: 'POST', body: JSON.stringify({ auth }) });
  const token = async (): Promise<string> => (await iam(passwordAuth())).headers.get('x-subject-token') ?? '';
  let own = '';
  const ask = async (system: SystemName, jobId: string): Promise<Response> => {
    own ||= await token();
    return fetch(url + queryPath(system, jobId), { headers: { 'x-auth-token': own } });
  };
  const body = async (system: SystemName, jobId: string): Promise<Record<string, unknown>> =>
    (await (await ask(system, jobId)).json()) as Record<string, unknown>;
  const control = (method: string, path: string, input?: unknown): Promise<Response> =>
    fetch(`${url}/_simulator${path}`, {
      method,
      ...(input === undefined ? {} : { body: typeof input === 'string' ? input : JSON.stringify(input) }),
    });
  return { simulator, url, port, time, iam, token, ask, body, control };
}

export const passwordAuth = (
  { user = DEFAULT_ACCOUNT.user, password = DEFAULT_ACCOUNT.password } = {},
  scope: unknown = { project: { id: PROJECT } },
) => ({
  identity: {
    methods: ['password'],
    password: { user: { name: user, password, domain: { name: DEFAULT_ACCOUNT.domain } } },
  },
  scope,
});

/** The headers of a signed GET; `date` is what the caller's clock says. */
export function sign(
  url: string,
  date: number,
  { access, secret, securityToken } = KEY,
  more: Record<string, string> = {},
): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const headers: Record<string, string> = {
    'x-sdk-date': new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, ''),
    ...(securityToken === undefined ? {} : { 'x-security-token': securityToken }),
    ...more,
  };
  const signed = ['host', ...Object.keys(headers)].toSorted();
  const canonical = canonicalRequest(
    {
      method: 'GET',
      path: pathname,
      query: search.slice(1),
      headers: { ...headers, host },
      body: Buffer.alloc(0),
    },
    signed,
  );
  const signature = signatureOf(canonical, headers['x-sdk-date']!, secret);
  return {
    ...headers,
    authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${signed.join(';')}, Signature=${signature}`,
  };
}
