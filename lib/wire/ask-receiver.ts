import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../adapters/config/config.ts';
import type { Secrets } from '../adapters/platform/secrets.ts';
import type { AskReceiver } from '../ports.ts';

/**
 * The challenge goes through the same guarded door as every message. Seldom enough for a door of its own, which is loaded when
 * somebody is asked: most commands and most calls of the API speak with nobody.
 */
export const askReceiver =
  (config: Config, secrets: Secrets): AskReceiver =>
  async (question) => {
    const [{ openHttp }, { sendChallenge }] = await Promise.all([
      import('./http.ts'),
      import('../adapters/channels/webhook/challenge.ts'),
    ]);
    const { exchange, close } = openHttp({ config, secrets }, 'targets');
    try {
      return await sendChallenge({ exchange, version: packageJson.version }, question);
    } finally {
      await close();
    }
  };
