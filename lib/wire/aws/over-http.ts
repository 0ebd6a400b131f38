import packageJson from '../../../package.json' with { type: 'json' };
import type { CreateSender } from '../../adapters/channels/definition.ts';
import type { KnownChannel } from '../../adapters/channels/registry.ts';
import { openHttp } from '../http.ts';
import { onChannel } from './deliver.ts';
import { ENV, type Env } from './env.ts';

/** A channel that reaches the world by HTTP, and by nothing else. */
export const openOverHttp = (name: KnownChannel, createSender: CreateSender) => (env: Env) =>
  onChannel(name, ENV()[name].parse(env), (context) =>
    createSender({ exchange: openHttp(context, 'targets').exchange, version: packageJson.version }),
  );
