import packageJson from '../../../package.json' with { type: 'json' };
import { createWebhook } from '../../adapters/channels/webhook/webhook.ts';
import { onChannel } from './deliver.ts';
import { ENV, type Env } from './env.ts';
import { openHttp } from '../http.ts';

export const openWebhook = (env: Env) =>
  onChannel('webhook', ENV().webhook.parse(env), (ground) =>
    createWebhook({ exchange: openHttp(ground, 'targets').exchange, version: packageJson.version }),
  );
