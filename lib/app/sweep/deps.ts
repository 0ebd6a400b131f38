import type { Lease } from '../../core/jobs/origin.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import type { Clouds } from '../../ports.ts';
import { tableLooks, type Looks } from './looks.ts';
import type { Pacer } from './pacer.ts';
import type { PublishDeps } from './publish.ts';

export interface SweepDeps extends PublishDeps {
  clouds: Clouds;
  policy: Policy;
  pacer: Pacer;
  /** Rows taken up in one sweep: of each origin, and of each kind of news. */
  budget: number;
  /** Where looks come from and go to, if not straight from and to the table. */
  looks?: Looks;
  /** Where several workers may sweep at once: which one this is, and until when it asks an origin alone. */
  lease?: Lease;
}

export const looksOf = (deps: SweepDeps): Looks =>
  deps.looks ?? tableLooks(deps.store.jobs, deps.budget, deps.policy);

/** Origins of one account share its quota. */
export const accountOf = (deps: SweepDeps, origin: string): string =>
  deps.clouds.describe(origin)?.account ?? origin;

export const maxRateOf = (deps: SweepDeps, origin: string): number => deps.clouds.describe(origin)?.rate ?? 1;
