import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { mintToken } from '../../../lib/core/access/token.ts';
import { openParts } from '../../../lib/wire/local/parts.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import { recordingTelemetry } from '../../kit.ts';

it('a token may ask the service as often as `api.limits` says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-limits-'));
  const secrets = createSecrets();
  const config = `
origins:
  hwc-ecs: { dialect: ecs, cloud: huawei, region: x, endpoint: http://127.0.0.1:9, project: '0123456789abcdef0123456789abcdef', auth: { token: env:TOKEN } }
api: { listen: '127.0.0.1:0', limits: { burst: 3, per_second: 0.1 } }
`;
  const loaded = loadConfig(
    config,
    join(folder, 'jobchime.yaml'),
    { TOKEN: 'a-token-of-some-length' },
    secrets,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { parts, close } = openParts(loaded.config, secrets, recordingTelemetry());
  const service = createService(parts);
  onTestFinished(async () => {
    await service.stop();
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  const spec = { name: 'script', scopes: ['read' as const], projects: null, expiresAt: null };
  const { token, text } = mintToken(spec, Date.now(), randomBytes);
  await parts.store.tokens.create([token]);
  const { api } = await service.start();
  const answers: Response[] = [];
  for (let n = 0; n < 4; n += 1) {
    answers.push(await fetch(`${api}/v1/jobs`, { headers: { authorization: `Bearer ${text}` } }));
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(Number(answers[3]!.headers.get('retry-after'))).toBeGreaterThan(5);
});
