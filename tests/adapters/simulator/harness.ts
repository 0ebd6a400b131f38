import { afterEach } from 'vitest';
import { canonicalRequest, signatureOf } from '../../../lib/adapters/simulator/signature.ts';
import {
  createSimulator,
  DEFAULT_ACCOUNT,
  type SimulatorOptions,
  type SystemName,
} from '../../../lib/adapters/simulator/simulator.ts';

export const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
export const KEY = DEFAULT_ACCOUNT.accessKeys[0]!;
/** By service, as the references have them; where none is given, like ECS. P and J stand for project and job. */
const PATHS: Record<string, string> = {
  ecs: '/v1/P/jobs/J',
  elb: '/v1.0/P/jobs/J',
  'elb-v3': '/v3/P/elb/jobs/J',
  rds: '/v3/P/jobs?id=J',
  dcs: '/v2/P/jobs/J',
  'sfs-turbo': '/v1/P/sfs-turbo/jobs/J',
  cce: '/api/v3/projects/P/jobs/J',
  'cce-autopilot': '/autopilot/v3/projects/P/jobs/J',
  taurusdb: '/v3/P/jobs?id=J',
  gaussdb: '/v3/P/jobs?id=J',
  dds: '/v3/P/jobs?id=J',
  geminidb: '/v3/P/jobs?id=J',
  ddm: '/v3/P/jobs/J',
  'dms-kafka': '/v2/P/instances/J',
  cbr: '/v3/P/operation-logs/J',
  workspace: '/v2/P/workspace-jobs/J',
  geip: '/v3/P/geip/jobs/J',
  vpn: '/v5/P/vpn-gateways/jobs',
  dws: '/v1.0/P/job/J',
  sfs: '/v2/P/shares/J',
};

export const queryPath = (system: SystemName, jobId: string, project = PROJECT): string => {
  const path = PATHS[system.replace(/^\w+-/, '')] ?? PATHS['ecs']!;
  return `/${system}${path.replace('P', project).replace('J', jobId)}`;
};

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
  /** Status and body of a GET. */
  const get = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(url + path, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const control = (method: string, path: string, input?: unknown): Promise<Response> =>
    fetch(`${url}/_simulator${path}`, {
      method,
      ...(input === undefined ? {} : { body: typeof input === 'string' ? input : JSON.stringify(input) }),
    });
  return { simulator, url, port, time, iam, token, ask, body, get, control };
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
