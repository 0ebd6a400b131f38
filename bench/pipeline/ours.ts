import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLines } from '../../lib/adapters/platform/lines.ts';
import { createTelemetry } from '../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { openParts, type Parts } from '../../lib/wire/local/parts.ts';
import { loadConfig } from '../../lib/wire/local/read-config.ts';
import { createService } from '../../lib/wire/local/service.ts';
import { SIGNING_KEY } from './world.ts';

const ORIGINS = 2;
const ENV = {
  SECRET: 'benchSecretKey/0123456789abcdefghijklmno',
  SIGNING_KEY,
  ...Object.fromEntries(Array.from({ length: ORIGINS }, (_, n) => [`ACCESS_${n}`, accessKey(n)])),
};
function accessKey(n: number): string {
  return `BENCHACCESSKEY${String(n).padStart(6, '0')}`;
}

/**
 * The service from its configuration, in a folder of its own, with its log in a file. An origin is called as fast as 64 side by
 * side may be; there are two, since some of its places are taken by what is on its way to the disk, where a peer keeps nothing.
 */
export function opened(
  port: number,
  folder = mkdtempSync(join(tmpdir(), 'jobchime-bench-')),
): {
  parts: Parts;
  service: ReturnType<typeof createService>;
  originOf: (n: number) => string;
  close: () => Promise<void>;
} {
  const origins = Array.from(
    { length: ORIGINS },
    (_, n) =>
      `  cloud-${n}: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: "http://127.0.0.1:${port}", rate: 1280, ` +
      `project: "${n.toString(16).padStart(32, '0')}", auth: { access_key: env:ACCESS_${n}, secret_key: env:SECRET } }`,
  );
  const text = `
store: ${join(folder, 'jobchime.db')}
origins:
${origins.join('\n')}
subscriptions:
  hook: { on: everything, channel: webhook, target: "http://127.0.0.1:${port}/hook", signing_keys: [env:SIGNING_KEY] }
allow_private: [127.0.0.1]
policy: { first_check: 10ms }
`;
  const secrets = createSecrets();
  const loaded = loadConfig(text, join(folder, 'jobchime.yaml'), ENV, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const log = openSync(join(folder, 'log'), 'a');
  const { write } = createLines((lines) => void writeSync(log, `${lines}\n`));
  const telemetry = createTelemetry({
    write,
    redact: secrets.redact,
    clock: () => Date.now(),
    level: 'info',
  });
  const { parts, close } = openParts(loaded.config, secrets, telemetry);
  const service = createService(parts);
  return {
    parts,
    service,
    originOf: (n) => `cloud-${n % ORIGINS}`,
    async close() {
      await service.stop();
      await close();
      await new Promise(setImmediate);
      closeSync(log);
      rmSync(folder, { recursive: true });
    },
  };
}
