import packageJson from '../../../package.json' with { type: 'json' };
import { createWebhook } from '../../adapters/channels/webhook.ts';
import { onChannel } from './deliver.ts';
import { ENV, type Env } from './env.ts';
import { httpOf } from './http.ts';

export const openWebhook = (env: Env) =>
  onChannel('webhook', ENV().webhook.parse(env), (ground) =>
    createWebhook({ exchange: httpOf(ground).exchange, version: packageJson.version }),
  );
