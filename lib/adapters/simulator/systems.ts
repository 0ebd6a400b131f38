import { CCE_SYSTEMS } from './systems/cce.ts';
import { DCS_SYSTEMS } from './systems/dcs.ts';
import { ECS_FAMILY } from './systems/ecs-family.ts';
import { ELB_V3_SYSTEMS } from './systems/elb-v3.ts';
import { RDS_SYSTEMS } from './systems/rds.ts';
import { SFS_TURBO_SYSTEMS } from './systems/sfs-turbo.ts';
import type { System } from './systems/system.ts';

const ALL = {
  ...ECS_FAMILY,
  ...ELB_V3_SYSTEMS,
  ...RDS_SYSTEMS,
  ...DCS_SYSTEMS,
  ...SFS_TURBO_SYSTEMS,
  ...CCE_SYSTEMS,
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
