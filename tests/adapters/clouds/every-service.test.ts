/** One block for a project: whatever its services start is found, each as what it is. */
import { expect, onTestFinished, test } from 'vitest';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import { KNOWN_CLOUDS } from '../../../lib/adapters/clouds/known.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { createSimulator, type SystemName } from '../../../lib/adapters/simulator/simulator.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { recordingTelemetry } from '../../kit.ts';
import { PROJECT } from './against.ts';
import { NOW } from './fixture.ts';

const ENV = { AK: 'EXAMPLEACCESSKEY0001', SK: 'exampleSecretKey/0123456789abcdefghijklmn' };
/** They have no jobs: the id is that of what is made, and nothing in a record says that it is one. */
const WITHOUT_JOBS = ['dms-kafka', 'sfs'];

test.each(['huawei', 'otc'] as const)('the records of %s show a job of every service', async (cloud) => {
  const simulator = createSimulator({ clock: () => NOW });
  const { url } = await simulator.listen();
  const secrets = createSecrets();
  const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
  onTestFinished(async () => {
    await http.close();
    await simulator.close();
  });
  const loaded = loadConfig(
    `accounts: { prod: { cloud: ${cloud}, region: eu-de, endpoint: '${url}/${cloud}-{dialect}', project: '${PROJECT}', ` +
      'auth: { access_key: env:AK, secret_key: env:SK }, discover: true } }\nallow_private: [127.0.0.1]\n',
    '/tmp/jobchime.yaml',
    ENV,
    secrets,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { origins, trails } = loaded.config;
  const deps = { http, secrets, clock: () => NOW, telemetry: recordingTelemetry() };
  const [trail] = createClouds(origins, deps, trails).trails!;
  const services = KNOWN_CLOUDS.servicesOf(cloud).filter((name) => !WITHOUT_JOBS.includes(name));
  const made = services.map((service) => {
    const trace = { name: service, delayMs: 0 };
    const system = `${cloud}-${service}` as SystemName;
    return [`prod-${service}`, simulator.submit({ system, life: { end: 'never' }, trace })];
  });
  const page = await trail!.page({ from: NOW - 60_000, to: NOW + 60_000, marker: null });
  if ('kind' in page) throw new Error(page.kind);
  const found = page.traces.map(({ origin, jobs }) => [origin, ...jobs.submitted]);
  expect(found.toSorted()).toEqual(made.toSorted());
  expect(found.length).toBeGreaterThan(12);
});
