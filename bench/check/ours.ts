import ky from 'ky';
import { createClouds } from '../../lib/adapters/clouds/client.ts';
import type { Config } from '../../lib/adapters/config/config.ts';
import { HttpTroubleError, type Http, type HttpAnswer } from '../../lib/adapters/platform/http.ts';
import { createTelemetry } from '../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import type { Observation } from '../../lib/core/jobs/observation.ts';
import type { OriginConfig } from '../../lib/core/origin-config.ts';
import { openHttp } from '../../lib/wire/http.ts';
import { ACCESS_KEY, PROJECT, SECRET_KEY } from './world.ts';

/** The production path: the guarded door of the service, redaction of its secrets and of what looks like others'. */
export function ours(
  port: number,
  isOverKy = false,
): {
  ask: (jobId: string) => Promise<string>;
  observe: (jobId: string) => Promise<Observation>;
  close: () => Promise<void>;
} {
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
  const config = {
    origins: [origin],
    trails: [],
    intake: { smn: null },
    allowPrivate: [],
    network,
  } as unknown as Config;
  const http = openHttp({ config, secrets }, 'clouds');
  const clock = () => Date.now();
  const telemetry = createTelemetry({
    write: (line) => void process.stderr.write(line),
    redact: secrets.redact,
    clock,
    level: 'warn',
  });
  const door = isOverKy ? { ...http, whole: overKy(http) } : http;
  const clouds = createClouds([origin], { http: door, secrets, clock, telemetry });
  const observe = (jobId: string): Promise<Observation> =>
    clouds.check({ origin: 'bench', projectId: PROJECT, jobId });
  return {
    observe,
    async ask(jobId) {
      const seen = await observe(jobId);
      if (!('report' in seen)) throw new Error(`${seen.kind}: ${'detail' in seen ? seen.detail : ''}`);
      return seen.status;
    },
    close: () => http.close(),
  };
}

/** What ky costs in front of the door: it makes a `Request` of its own, and gets the least that it needs back. */
function overKy(http: Http): Http['whole'] {
  const client = ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    async fetch(input) {
      const { method, url, headers, signal } = input as Request;
      const answer = await http.whole({ method, url, headers: Object.fromEntries(headers), signal });
      if (!answer.ok) throw new HttpTroubleError(answer);
      const thin = { ...answer, ok: answer.status < 400, text: async () => answer.body, clone: () => thin };
      return thin as unknown as Response;
    },
  });
  return async ({ url, method, headers, signal }) => {
    const text = typeof url === 'string' ? url : url.origin + url.pathname + url.search;
    const response = await client(text, { method, headers, ...(signal && { signal }) });
    const { status, headers: names } = response as unknown as HttpAnswer;
    return { ok: true, status, headers: names, body: await response.text(), truncated: false };
  };
}
