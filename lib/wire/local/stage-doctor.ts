import { openDynamoStore } from '../../adapters/store/dynamodb/index.ts';
import { createSubscriptions } from '../../app/deliver/all-subscriptions.ts';
import type { ServiceCount } from '../../core/discover/counts.ts';
import { recordCounts } from '../../app/inspect/stats.ts';
import { outOfOrder } from '../../app/inspect/out-of-order.ts';
import type { Clock } from '../../ports.ts';
import { openerOf, sealerOf } from '../sealer.ts';
import { examineHome, silence, type Finding } from './doctor.ts';
import { openStageConfig } from './stage-config.ts';
import type { Stage } from './stage.ts';

/** Tries what a stage is configured with, from here; and looks into its table for what is sent nothing now. */
export async function examineStage(stage: Stage, clock: Clock = Date.now): Promise<Finding[]> {
  const { config, secrets, unresolved, version } = await openStageConfig(stage);
  const missing = unresolved.map(({ where, problem, fix }) => ({
    what: where,
    ok: false,
    says: problem,
    fix,
  }));
  const store = openDynamoStore({ client: stage.dynamo, table: stage.stack.table });
  const subscriptions = createSubscriptions({
    fixed: () => config.subscriptions,
    stored: store.subscriptions,
    mutes: store.mutes,
    revision: store.routingRevision,
    open: openerOf(sealerOf(config), secrets),
    forget: secrets.forget,
    clock,
    telemetry: { line: () => {} },
  });
  const silent = (): Promise<Finding[]> =>
    outOfOrder({ store, subscriptions, clock }).then(
      (found) => found.map(silence),
      (error: unknown) => [
        { what: 'table', ok: false, says: String(error instanceof Error ? error.message : error) },
      ],
    );
  const found = { what: 'configuration', ok: missing.length === 0, says: `version ${version} is in force` };
  const counted = (trail: string) =>
    recordCounts(store.origins, [trail], clock()).catch((): ServiceCount[] => []);
  return [found, ...missing, ...(await examineHome(config, secrets, { clock, silent, counted }))];
}
