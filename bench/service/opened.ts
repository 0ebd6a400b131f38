import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLines } from '../../lib/adapters/platform/lines.ts';
import { createTelemetry } from '../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { checkQueue, LATEST } from '../../lib/core/row.ts';
import { openParts } from '../../lib/wire/local/parts.ts';
import { loadConfig } from '../../lib/wire/local/read-config.ts';
import { createService, type Service } from '../../lib/wire/local/service.ts';
import { ACCESS_KEY, PROJECT, SECRET_KEY } from '../check/world.ts';

export interface Opened {
  service: Service;
  /** Hands jobs of `origin` over. */
  track(origin: string, jobIds: readonly string[]): Promise<void>;
  /** Resolves when no job of `origin` waits for a check any more. */
  allEnded(origin: string): Promise<void>;
  close(): Promise<void>;
}

/** One origin for the configuration, at the port of a stand-in. `more`: `rate: 100`. */
export const originAt = (name: string, port: number, more: string, accessKey = 'env:AK'): string =>
  `  ${name}: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: "http://127.0.0.1:${port}", ${more}, ` +
  `project: "${PROJECT}", auth: { access_key: ${accessKey}, secret_key: env:SK } }`;

/** The service from a configuration, as `jobchime start` opens it, in a folder of its own with its log in a file. */
export function openService(config: string, env: Record<string, string> = {}): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-bench-'));
  const secrets = createSecrets();
  const text = `store: ${join(folder, 'jobchime.db')}\n${config}`;
  const all = { AK: ACCESS_KEY, SK: SECRET_KEY, ...env };
  const loaded = loadConfig(text, join(folder, 'jobchime.yaml'), all, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const log = openSync(join(folder, 'log'), 'w');
  const { write } = createLines((lines) => void writeSync(log, `${lines}\n`));
  const clock = (): number => Date.now();
  const telemetry = createTelemetry({ write, redact: secrets.redact, clock, level: 'info' });
  const { parts, close } = openParts(loaded.config, secrets, telemetry);
  const service = createService(parts);
  return {
    service,
    async track(origin, jobIds) {
      for (let from = 0; from < jobIds.length; from += 1_000) {
        const specs = jobIds.slice(from, from + 1_000).map((jobId) => ({ origin, jobId }));
        const other = (await service.track(specs)).find(({ outcome }) => outcome !== 'tracked');
        if (other) throw new Error(`a job was not taken: ${JSON.stringify(other)}`);
      }
    },
    async allEnded(origin) {
      while ((await parts.store.jobs.due(checkQueue(origin), LATEST, 1)).length > 0) await sleep(2);
    },
    async close() {
      await service.stop();
      await close();
      // The log's last lines are written at the end of a turn.
      await new Promise(setImmediate);
      closeSync(log);
      rmSync(folder, { recursive: true });
    },
  };
}
