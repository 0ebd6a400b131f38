import type { Account } from '../accounts.ts';
import type { Gate } from '../auth.ts';
import { iamError, json, type Answer, type Call } from '../exchange.ts';
import { hexOf } from '../ids.ts';
import { SYSTEM_NAMES, SYSTEMS, type SystemName } from '../systems.ts';
import { domainId } from './requests.ts';

// What clients read from IAM that sign in with an access key; others read it from their token.

interface Parts {
  gate: Gate;
}
type Admitted = { account: Account; projects: readonly string[] };

/** Lets in as every service does, and answers with a list. `base` is where this IAM is. */
const listing =
  ({ gate }: Parts, list: (caller: Admitted, call: Call, base: string) => object) =>
  (call: Call): Answer => {
    const caller = gate(call);
    if (!caller.admitted) return iamError(401, 'Unauthorized', 'The request requires authentication.');
    const base = baseOf(call);
    const self = `${base}${call.path}`;
    return json(200, { ...list(caller, call, base), links: { self, previous: null, next: null } });
  };

/** Where the caller reached this simulator. */
export const baseOf = ({ headers }: Call): string => `http://${headers.host}`;

/** `GET /v3/projects?name=` and `GET /v3/auth/projects`: the projects of the caller's account. */
export const createProjectsCall = (parts: Parts) =>
  listing(parts, ({ account }, call, base) => {
    const name = new URLSearchParams(call.query).get('name');
    const domain = domainId(account.domain);
    const projects = account.projects
      .filter((project) => name === null || project.name === name)
      .map((project) => ({
        ...project,
        domain_id: domain,
        parent_id: domain,
        is_domain: false,
        enabled: true,
        description: '',
        links: { self: `${base}/iam/v3/projects/${project.id}` },
      }));
    return { projects };
  });

/** `GET /v3/auth/domains`: the account itself. */
export const createDomainsCall = (parts: Parts) =>
  listing(parts, ({ account }, _call, base) => {
    const id = domainId(account.domain);
    const links = { self: `${base}/iam/v3/domains/${id}` };
    return { domains: [{ id, name: account.domain, enabled: true, description: '', links }] };
  });

/** `GET /v3/auth/catalog`: where the services are. */
export const createCatalogCall = (parts: Parts) =>
  listing(parts, ({ account, projects }, _call, base) => ({
    catalog: catalogOf(base, projects[0] ?? account.projects[0]?.id ?? ''),
  }));

/** Clients find the endpoint by region: the two clouds are in different ones. */
const REGIONS = { otc: 'eu-de', huawei: 'eu-west-101' } as const;

/** By service: further types that clients look under, and what stands below the host there. */
const TYPES: Readonly<Record<string, readonly (readonly [type: string, path: string])[]>> = {
  ecs: [['compute', '/v2/{project_id}']],
  elb: [['elbv1', '/v1.0/{project_id}']],
  'elb-v3': [['elbv3', '/v3/{project_id}']],
  evs: [['volumev2', '/v2/{project_id}']],
  eip: [['network', '']],
  ims: [['image', '']],
  rds: [['rdsv3', '/v3/{project_id}']],
  'sfs-turbo': [['sfsturbo', '/v1/{project_id}']],
  cce: [['ccev2.0', '']],
};

export function catalogOf(base: string, projectId: string): object[] {
  const entries = SYSTEM_NAMES.flatMap((system) => {
    const [, cloud = '', service = ''] = /^(\w+?)-(.*)$/.exec(system) ?? [];
    const types = [[service, belowHost(system)] as const, ...(TYPES[service] ?? [])];
    const region = REGIONS[cloud as keyof typeof REGIONS];
    return types.map(([type, path]) => {
      const url = `${base}/${system}${path.replace('{project_id}', projectId)}`;
      const endpoint = {
        id: hexOf('endpoint', system, type),
        interface: 'public',
        region,
        region_id: region,
        url,
      };
      return { id: hexOf('service', cloud, type), type, name: service, endpoints: [endpoint] };
    });
  });
  const iam = {
    id: hexOf('endpoint', 'iam'),
    interface: 'public',
    region: '*',
    region_id: '*',
    url: `${base}/iam/v3`,
  };
  return [...entries, { id: hexOf('service', 'iam'), type: 'identity', name: 'keystone', endpoints: [iam] }];
}

/** Up to the project, as catalogues have it. */
const belowHost = (system: SystemName): string => /^.*?\{project_id\}/.exec(SYSTEMS[system].path)?.[0] ?? '';
