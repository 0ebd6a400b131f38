import { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsDoorbell } from '../../adapters/bus/doorbell.ts';
import { withMetrics } from '../../adapters/platform/emf.ts';
import { createTelemetry } from '../../adapters/platform/log.ts';
import { createParameterClient, readParameters, readVersion } from '../../adapters/platform/parameters.ts';
import type { Clock, Doorbell, Store, Telemetry } from '../../ports.ts';
import { createDynamoClient, openDynamoStore } from '../../adapters/store/dynamodb/index.ts';
import { createDocuments, DOCUMENT_NAME } from '../../adapters/store/dynamodb/documents.ts';
import { CHANNEL_NAMES, queueVariable } from '../../adapters/channels/registry.ts';
import type { ContextEnv, QueueEnv } from './env.ts';
import { undeployedBeside, undeployedIn, type Undeployed } from '../deployed.ts';
import { subscribedIn, type Subscribed } from '../subscriptions.ts';
import { openTraces } from '../traces.ts';
import { NEEDS } from './needs.ts';
import { createSettings, type Settings } from './settings.ts';

/** What every function uses. It is made once for a container, and anew only when the configuration has changed. */
export interface FunctionContext extends Settings, Subscribed {
  store: Store;
  clock: Clock;
  telemetry: Telemetry;
  undeployed: Undeployed;
  /** At the end of an invocation; left out: nobody wants traces. */
  flushTraces?: () => Promise<void>;
}

const clock: Clock = () => Date.now();

/**
 * `name`: of the function, which says what secrets it reads. `make` adds a function's own parts to the context; asked for again, they are the same while the configuration is. `anew`: that
 * is read now, however fresh it is.
 */
export function withContext<T>(
  env: ContextEnv,
  name: keyof typeof NEEDS,
  make: (context: FunctionContext) => T,
): (anew?: boolean) => Promise<T & FunctionContext> {
  const client = createParameterClient();
  const dynamo = createDynamoClient();
  const documents = createDocuments(dynamo, env.JOBCHIME_TABLE);
  const settings = createSettings({
    name: env.JOBCHIME_CONFIG,
    stage: env.JOBCHIME_STAGE,
    needs: NEEDS[name]!,
    pointer: (version) => readVersion(client, env.JOBCHIME_CONFIG, version),
    textOf: async (value) => (DOCUMENT_NAME.test(value) ? documents.get(value) : value),
    read: (names) => readParameters(client, names),
    clock,
    onStale: (error, current) => telemetryOf(current, env).line('error', 'settings.stale', { error }),
  });
  let made: { of: Settings; parts: T & FunctionContext } | null = null;
  return async (anew) => {
    const current = await settings(anew);
    if (made?.of !== current) {
      const { retention } = current.config;
      // Opening sends no request: the connections are the client's.
      const store = openDynamoStore({ client: dynamo, table: env.JOBCHIME_TABLE, retention });
      const context = contextOf(current, store, env);
      made = { of: current, parts: { ...context, ...make(context) } };
    }
    return made.parts;
  };
}

function contextOf(settings: Settings, store: Store, env: ContextEnv): FunctionContext {
  const { config, secrets } = settings;
  const undeployed = undeployedBeside(env.JOBCHIME_CHANNELS.split(','));
  const log = telemetryOf(settings, env);
  const traces = openTraces(env, settings, log);
  const telemetry = traces?.telemetry ?? log;
  // Said anew by each container, and whenever something has changed: the alarm on errors rings until it is put right.
  for (const { where, problem, fix } of [
    ...settings.unresolved,
    ...undeployedIn(config.subscriptions, undeployed),
  ]) {
    telemetry.line('error', 'settings.unresolved', { where, problem, fix });
  }
  const parts = { store, clock, telemetry, undeployed };
  return {
    ...settings,
    ...parts,
    ...(traces && { flushTraces: traces.flush }),
    ...subscribedIn(config, secrets, parts),
  };
}

const telemetryOf = ({ config, secrets }: Settings, { JOBCHIME_STAGE }: ContextEnv): Telemetry => {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const telemetry = createTelemetry({ write, redact: secrets.redact, clock, level: config.logLevel });
  return withMetrics(telemetry, JOBCHIME_STAGE, clock);
};

export const doorbellOf = ({ telemetry }: FunctionContext, env: QueueEnv): Doorbell =>
  createSqsDoorbell({
    client: new SQSClient(),
    queues: Object.fromEntries(CHANNEL_NAMES.map((name) => [name, env[queueVariable(name)]])),
    clock,
    telemetry,
  });
