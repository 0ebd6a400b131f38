import { afterEach, expect, it } from 'vitest';
import { clientOf } from '../../../cli/with-api.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { openLocal, type Local } from '../../../lib/wire/local/in-process-api.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const CONFIG = `
origins:
  hwc-ecs: { dialect: ecs, cloud: huawei, region: x, endpoint: http://127.0.0.1:9, project: '${PROJECT}', auth: { token: env:TOKEN } }
mail: { host: mail.example.com, from: jobchime@example.com }
allow_private: [127.0.0.1]
`;
let local: Local | null = null;
afterEach(() => local?.close());

function opened() {
  const secrets = createSecrets();
  const loaded = loadConfig(CONFIG, '/jobchime.yaml', { TOKEN: 'an-iam-token-of-some-length' }, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  local = openLocal({ ...loaded.config, store: ':memory:' }, secrets);
  return { local, client: clientOf(local) };
}
const JOB = { origin: 'hwc-ecs', jobId: 'a1' };

it('answers this process as the operator: mail needs no consent, and no request is too many', async () => {
  const { client } = opened();
  const [tracked] = await client.jobs.track([{ ...JOB, notify: ['mailto:me@example.com'] }]);
  expect(tracked).toMatchObject({ outcome: 'tracked', key: `hwc-ecs/${PROJECT}/a1` });
  for (let n = 0; n < 300; n += 1) await client.jobs.get({ ...JOB, projectId: PROJECT });
});

it('answers what the API answers over HTTP: bodies as JSON, and refusals as they are', async () => {
  const { local: opening, client } = opened();
  const { items, next } = await client.jobs.list({ state: 'outstanding', limit: 5 });
  expect({ items, next }).toEqual({ items: [], next: null });
  await expect(client.jobs.get({ ...JOB, projectId: PROJECT })).rejects.toMatchObject({ status: 404 });
  await expect(client.jobs.list({ limit: 0 })).rejects.toMatchObject({
    status: 422,
    problem: { type: 'urn:jobchime:problem:invalid' },
  });
  await client.jobs.track([JOB]);
  expect(await client.jobs.remove({ ...JOB, projectId: PROJECT })).toBeUndefined();
  expect(await opening.tokens.list()).toEqual([]);
});

it('throws what is broken as it is: nobody reads a log of a command', async () => {
  const { local, client } = opened();
  await client.jobs.track([JOB]);
  await local.close();
  await expect(client.jobs.list()).rejects.toThrow(/not open|finalized/);
});
