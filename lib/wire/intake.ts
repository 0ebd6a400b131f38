import type { IntakeDoors } from '../adapters/api/deps.ts';
import { createSmn } from '../adapters/clouds/smn.ts';
import { whoseCall } from '../adapters/clouds/whose-call.ts';
import type { Config } from '../adapters/config/config.ts';
import type { Secrets } from '../adapters/platform/secrets.ts';

/** Where nothing is configured: no message is believed. */
export const NO_INTAKE: IntakeDoors = {
  whoseCall,
  smn: createSmn({ topics: [], standIn: null }, () => Promise.reject(new Error('there is no way out'))),
};

/** What stands behind POST /v1/intake. Its door to SMN is loaded and opened when a message has come that may be believed. */
export function intakeDoors(config: Config, secrets: Secrets): IntakeDoors {
  const { topics, smn } = config.intake;
  return {
    whoseCall,
    smn: createSmn({ topics, standIn: smn }, async () => {
      const { openHttp } = await import('./http.ts');
      const http = openHttp({ config, secrets }, 'clouds');
      return { http, close: http.close };
    }),
  };
}
