import type { Account } from './accounts.ts';
import { json, type Answer, type Call } from './exchange.ts';
import { CBR_SYSTEMS } from './systems/cbr.ts';
import { CCE_SYSTEMS } from './systems/cce.ts';
import { DATABASES } from './systems/databases.ts';
import { DCS_SYSTEMS } from './systems/dcs.ts';
import { DWS_SYSTEMS } from './systems/dws.ts';
import { ECS_FAMILY } from './systems/ecs-family.ts';
import { ELB_V3_SYSTEMS } from './systems/elb-v3.ts';
import { GEIP_SYSTEMS } from './systems/geip.ts';
import { INSTANCES } from './systems/instances.ts';
import { SFS_TURBO_SYSTEMS } from './systems/sfs-turbo.ts';
import type { System } from './systems/system.ts';
import { VPN_SYSTEMS } from './systems/vpn.ts';
import { WORKSPACE_SYSTEMS } from './systems/workspace.ts';

const ALL = {
  ...ECS_FAMILY,
  ...ELB_V3_SYSTEMS,
  ...DATABASES,
  ...DCS_SYSTEMS,
  ...SFS_TURBO_SYSTEMS,
  ...CCE_SYSTEMS,
  ...CBR_SYSTEMS,
  ...WORKSPACE_SYSTEMS,
  ...GEIP_SYSTEMS,
  ...VPN_SYSTEMS,
  ...DWS_SYSTEMS,
  ...INSTANCES,
};

/** Cloud and service: the first part of the path, which distinguishes the systems. */
export type SystemName = keyof typeof ALL;
export const SYSTEMS: Record<SystemName, System> = ALL;
export const SYSTEM_NAMES = Object.keys(ALL) as [SystemName, ...SystemName[]];

/** The records of calls, of each cloud. */
export const TRACE_NAMES = ['huawei-cts', 'otc-cts'] as const;
export type TraceName = (typeof TRACE_NAMES)[number];

/** Everything that is called as a cloud. */
export type Served = SystemName | TraceName | 'iam';
export const SERVED: readonly [Served, ...Served[]] = [...SYSTEM_NAMES, ...TRACE_NAMES, 'iam'];

export const isSystem = (name: Served): name is SystemName =>
  (SYSTEM_NAMES as readonly string[]).includes(name);

/** What a system answers about a job that it does not know. */
export function knowsNone(name: SystemName, call: Call): Answer {
  const { error, unknownJob, nothing } = SYSTEMS[name];
  return nothing ? json(200, nothing) : error(...unknownJob, call);
}

/** What a caller may ask this system for. */
export const projectsOf = (
  name: SystemName,
  { account, projects }: { account: Account; projects: readonly string[] },
): readonly string[] => (SYSTEMS[name].scope === 'account' ? account.projects.map(({ id }) => id) : projects);
