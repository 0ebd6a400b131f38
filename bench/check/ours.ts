import { createClouds } from '../../lib/adapters/clouds/client.ts';
import type { Config } from '../../lib/adapters/config/config.ts';
import { createTelemetry } from '../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import type { OriginConfig } from '../../lib/core/origin-config.ts';
import { openHttp } from '../../lib/wire/http.ts';
import { ACCESS_KEY, PROJECT, SECRET_KEY } from './world.ts';

/** The production path: the guarded door of the service, redaction of its secrets and of what looks like others'. */
export function ours(port: number): { ask: (jobId: string) => Promise<string>; close: () => Promise<void> } {
  const secrets = createSecrets();
  const origin: OriginConfig = {
    name: 'bench',
    cloud: 'huawei',
    dialect: 'ecs',
    region: 'eu-west-101',
    endpoint: `http://127.0.0.1:${port}`,
    projectId: PROJECT,
    auth: { kind: 'keys', accessKey: secrets.add(ACCESS_KEY), secretKey: secrets.add(SECRET_KEY) },
  };
  const network = { proxy: { http: null, https: null }, noProxy: [], ca: null };
  const config = { origins: [origin], allowPrivate: [], network } as unknown as Config;
  const http = openHttp({ config, secrets }, 'clouds');
  const clock = () => Date.now();
  const telemetry = createTelemetry({
    write: (line) => void process.stderr.write(line),
    redact: secrets.redact,
    clock,
    level: 'warn',
  });
  const clouds = createClouds([origin], { http, secrets, clock, telemetry });
  return {
    async ask(jobId) {
      const seen = await clouds.check({ origin: 'bench', projectId: PROJECT, jobId });
      if (!('report' in seen)) throw new Error(`${seen.kind}: ${'detail' in seen ? seen.detail : ''}`);
      return seen.status;
    },
    close: () => http.close(),
  };
}
