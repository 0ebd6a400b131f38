import { expect, onTestFinished, test } from 'vitest';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import { describeIn } from '../../../lib/adapters/clouds/info.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import type { OriginConfig } from '../../../lib/core/origin-config.ts';
import { PROJECT, recordingTelemetry, START } from '../../kit.ts';

const secrets = createSecrets();
const eip: OriginConfig = {
  name: 'hwc-eip',
  dialect: 'eip',
  cloud: 'huawei',
  region: 'eu-west-101',
  endpoint: 'https://vpc.eu-west-101.myhuaweicloud.eu',
  projectId: PROJECT,
  auth: { kind: 'token', token: secrets.add('a-token-of-some-length') },
};

test('an origin is described alike by who asks it and by who only takes jobs up for it', () => {
  const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
  onTestFinished(() => http.close());
  const deps = { http, secrets, clock: () => START, telemetry: recordingTelemetry() };
  const origins = [eip, { ...eip, name: 'otc-rds', dialect: 'rds', cloud: 'otc', region: 'eu-de', rate: 2 }];
  const asked = createClouds(origins, deps);
  const tracked = describeIn(origins);
  for (const { name } of origins) expect(tracked(name)).toEqual(asked.describe(name));
  expect(tracked('otc-rds')).toMatchObject({ info: { origin: 'otc-rds', service: 'rds' }, rate: 2 });
  expect([asked.describe('nobody'), tracked('nobody')]).toEqual([null, null]);
});

test('a dialect that its cloud does not have is said so before anything is tracked', () => {
  const odd = [{ ...eip, cloud: 'otc' }];
  expect(() => describeIn(odd)).toThrow("origin 'hwc-eip': cloud 'otc' has no dialect 'eip'");
});
