import { createSlack } from '../../adapters/channels/slack/slack.ts';
import { onChannel } from './deliver.ts';
import { ENV, type Env } from './env.ts';
import { openHttp } from '../http.ts';

export const openSlack = (env: Env) =>
  onChannel('slack', ENV().slack.parse(env), (ground) =>
    createSlack({ exchange: openHttp(ground, 'targets').exchange }),
  );
