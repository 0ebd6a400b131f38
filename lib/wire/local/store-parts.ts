import type { ConfiguredOrigin, ConfiguredTrail, IntakeDoors } from '../../adapters/api/deps.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import type { StoreTrouble } from '../../adapters/platform/store-trouble.ts';
import { openStore, type StoreHealth } from '../../adapters/store/sqlite/index.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import type { Seal } from '../../core/notify/notify.ts';
import type { Clock, Store, Subscriptions, Telemetry } from '../../ports.ts';
import { apiParts, type ApiParts } from '../api-deps.ts';
import { askReceiver } from '../ask-receiver.ts';
import { intakeDoors } from '../intake.ts';
import { notifyProblems } from '../notify-problems.ts';
import { subscribedIn } from '../subscriptions.ts';

/** The parts that work on the store and reach neither clouds nor targets: the API needs no others. */
export interface StoreParts {
  store: Store;
  /** `changed`: what is stored of them was changed by this process. */
  subscriptions: Subscriptions & { changed?(): void };
  /** Those of the configuration, each with the project that its credentials see. */
  origins: readonly ConfiguredOrigin[];
  /** Where jobs are found by the records of calls. Left out: nowhere. */
  trails?: readonly ConfiguredTrail[];
  /** Null or left out: there is no HTTP API. */
  api?: ApiParts | null;
  /** Left out: the store has no file that could be in trouble. */
  storeHealth?: StoreHealth;
  clock: Clock;
  telemetry: Telemetry;
  policy: Policy;
  /** What stands behind POST /v1/intake. Left out: no message is believed. */
  intake?: IntakeDoors;
  /** What is wrong with a target that a job names. */
  notifyProblem?: (target: string) => Promise<string | null>;
  /** For URLs that jobs name. */
  seal?: Seal | null;
}

/** Opens what the configuration names. Throws an `Error` made for people where the store cannot be opened. */
export function openStoreParts(
  config: Config,
  secrets: Secrets,
  telemetry: Telemetry,
  onTrouble?: (trouble: StoreTrouble) => void,
): { parts: StoreParts; close: () => Promise<void> } {
  const clock: Clock = Date.now;
  const store = openStore(config.store, onTrouble);
  const { subscriptions, sealer, seal } = subscribedIn(config, secrets, { store, clock, telemetry });
  const parts: StoreParts = {
    store,
    subscriptions,
    storeHealth: store.health,
    origins: config.origins,
    trails: config.trails,
    api: apiParts(config, sealer, clock, askReceiver(config, secrets)),
    clock,
    telemetry,
    policy: config.policy,
    intake: intakeDoors(config, secrets),
    notifyProblem: notifyProblems(config, subscriptions),
    seal,
  };
  return { parts, close: store.close };
}
