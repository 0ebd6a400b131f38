import { onTestFinished } from 'vitest';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import type { OriginAuth, OriginConfig } from '../../../lib/core/origin-config.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { createTelemetry } from '../../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import {
  createSimulator,
  type SimulatorOptions,
  type SystemName,
} from '../../../lib/adapters/simulator/simulator.ts';
import { NOW } from './fixture.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
/** Of the simulator's second account, which lets the first one assume an agency. */
export const SECOND_PROJECT = 'fedcba9876543210fedcba9876543210';
export const AGENCY = { name: 'job-watching', domain: 'second-domain' };

export const secretsOf = (secrets: ReturnType<typeof createSecrets>, iam: string) => ({
  keys: {
    kind: 'keys' as const,
    accessKey: secrets.add('EXAMPLEACCESSKEY0001'),
    secretKey: secrets.add('exampleSecretKey/0123456789abcdefghijklmn'),
  },
  password: {
    kind: 'password' as const,
    iam,
    user: 'jobchime',
    domain: 'simulated-domain',
    password: secrets.add('simulated-password'),
  },
});
type Known = ReturnType<typeof secretsOf>;

/** The clouds' side simulated, and the client that the service puts together in front of it. One clock for both. */
export async function against(
  origins: (known: Known) => { system: SystemName; auth: OriginAuth; projectId?: string; name?: string }[],
  options: SimulatorOptions = {},
) {
  let now = NOW;
  let ours = 0;
  const simulator = createSimulator({ clock: () => now, ...options });
  const { url } = await simulator.listen();
  const secrets = createSecrets();
  const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
  onTestFinished(async () => {
    await http.close();
    await simulator.close();
  });
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    redact: secrets.redact,
    clock: () => now,
    level: 'debug',
  });
  const configs = origins(secretsOf(secrets, `${url}/iam`)).map(
    ({ system, auth, projectId = PROJECT, name = system }): OriginConfig => {
      const [, cloud = '', dialect = ''] = /^(\w+)-(.+)$/.exec(system) ?? [];
      const endpoint = `${url}/${system}`;
      return { name, dialect, cloud, region: 'eu-de', endpoint, projectId, auth };
    },
  );
  const clouds = createClouds(configs, { http, secrets, clock: () => now + ours, telemetry });
  return {
    simulator,
    clouds,
    lines,
    redact: secrets.redact,
    pass: (ms: number) => void (now += ms),
    /** This machine's clock goes wrong, and the cloud's does not. */
    skew: (ms: number) => void (ours = ms),
    ask: (origin: string, jobId: string) => {
      const { projectId } = configs.find(({ name }) => name === origin)!;
      return clouds.check({ origin, projectId, jobId });
    },
    iamCalls: () => simulator.requests().systems.iam,
  };
}
