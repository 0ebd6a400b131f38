import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import { servicePage, withResourcePage } from '../../../lib/adapters/clouds/console.ts';
import { dialectOf, DIALECT_NAMES } from '../../../lib/adapters/clouds/dialects.ts';
import { regionsOf } from '../../../lib/adapters/clouds/endpoints.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { PROJECT, recordingTelemetry, report, START } from '../../kit.ts';
import { serve } from '../platform/serve.ts';
import { answer, fixture, FIXTURES } from './fixture.ts';
import { character } from '../../character.ts';

const HUAWEI = 'https://console.huaweicloud.com';
const OTC = 'https://console.otc.t-systems.com';
const PLACES = { huawei: 'cn-north-4', otc: 'eu-de' } as const;
const CLOUDS = ['huawei', 'otc'] as const;

/** What is known of each, and null where nothing is; those of which nothing is known are left out. */
const PAGES: Readonly<Record<string, [huawei: string | null, otc: string | null]>> = {
  ecs: [
    `${HUAWEI}/ecm/?region=cn-north-4#/ecs/manager/vmList`,
    `${OTC}/ecm/?region=eu-de#/ecs/manager/vmList`,
  ],
  elb: [`${HUAWEI}/vpc/?region=cn-north-4#/elb/list`, null],
  'elb-v3': [`${HUAWEI}/vpc/?region=cn-north-4#/elb/list`, null],
  evs: [`${HUAWEI}/ecm/?region=cn-north-4#/evs/manager/volumelist`, null],
  bms: [`${HUAWEI}/ecm/?region=cn-north-4#/bms/manager/bmsInfo/vmList`, null],
  eip: [`${HUAWEI}/vpc/?region=cn-north-4#/vpc/vpcmanager/eips`, null],
  ims: [`${HUAWEI}/ecm/?region=cn-north-4#/ims/manager/imageList/selfImage`, null],
  rds: [`${HUAWEI}/rds/?region=cn-north-4#/rds/management/list`, null],
  dcs: [`${HUAWEI}/dcs/?region=cn-north-4#/dcs/manager/cacheList`, null],
  cce: [`${HUAWEI}/cce2.0/?region=cn-north-4`, `${OTC}/cce2.0/?region=eu-de`],
  'cce-autopilot': [`${HUAWEI}/cce2.0/?region=cn-north-4`, null],
};

describe('the page of a service', () => {
  test.each(DIALECT_NAMES)('%s is what is known of it, cloud by cloud', (name) => {
    const found = CLOUDS.map((cloud) => {
      const dialect = dialectOf(cloud, name);
      return dialect ? servicePage(dialect, { cloud, region: PLACES[cloud] }) : null;
    });
    expect(found).toEqual(PAGES[name] ?? [null, null]);
  });

  test('is at the host of the console that shows the region', () => {
    const hostOf = (cloud: string, region: string): string =>
      new URL(servicePage(dialectOf(cloud, 'ecs')!, { cloud, region })!).host;
    expect(hostOf('huawei', 'eu-west-101')).toBe('console.eu.huaweicloud.com');
    expect(hostOf('huawei', 'ap-southeast-3')).toBe('console.huaweicloud.com');
    expect(hostOf('otc', 'eu-nl')).toBe('console.otc.t-systems.com');
    expect(hostOf('otc', 'eu-ch2')).toBe('console.sc.otc.t-systems.com');
  });

  test.each([
    ['huawei', 'eu-west-0'],
    ['huawei', 'eu-de'],
    ['otc', 'cn-north-4'],
    ['huawei', 'somewhere.evil.example/#'],
    ['constructor', 'eu-de'],
  ])('is not guessed for %s in %s', (cloud, region) => {
    const ecs = dialectOf('huawei', 'ecs')!;
    expect(servicePage(ecs, { cloud, region })).toBeNull();
    const named: Observation = {
      kind: 'running',
      status: 'RUNNING',
      report: report({ entities: { server_id: 's-1' } }),
    };
    expect(withResourcePage(named, ecs, { cloud, region })).toBe(named);
  });
});

/** The page in what a fixture says. */
function pageIn(name: string, cloud: 'huawei' | 'otc' = 'huawei'): string | undefined {
  const { dialect: spoken, jobId, text } = fixture(name);
  const dialect = dialectOf(cloud, spoken)!;
  const seen = withResourcePage(read(dialect, jobId, answer(200, text)), dialect, {
    cloud,
    region: PLACES[cloud],
  });
  return 'report' in seen ? seen.report.consoleUrl : undefined;
}

const SERVER = '/ecm/?region=eu-de#/ecs/manager/ecsDetail?instanceId=';

describe('the page of the resource', () => {
  test('is that of the server that the only sub-job made', () => {
    expect(pageIn('ecs-success', 'otc')).toBe(`${OTC}${SERVER}bae51750-0089-41a1-9b18-5c777978ff6d`);
  });

  test('is that of the disk, or the address, that the job names', () => {
    expect(pageIn('evs-success')).toBe(
      `${HUAWEI}/ecm/?region=cn-north-4#/evs/manager/volumelist/detail?volumeid=28f87c9a-1b5d-4cb9-8b5d-6ee3ac0e0f64`,
    );
    expect(pageIn('eip-success')).toBe(
      `${HUAWEI}/vpc/?region=cn-north-4#/vpc/vpcmanager/eipDetailNew?eipId=2ec9b78d-9368-46f3-8f29-d1a95622a568`,
    );
  });

  test('is not given where there are several, or one of several that failed', () => {
    expect(pageIn('evs-success-children')).toBeUndefined();
    expect(pageIn('ecs-fail')).toBeUndefined();
  });

  test('is not given for what has just been deleted', () => {
    const named = (kind: 'succeeded' | 'failed', jobType: string): Observation => ({
      kind,
      status: 'DONE',
      report: report({ jobType, entities: { server_id: 's-1' } }),
    });
    const ecs = dialectOf('otc', 'ecs')!;
    const page = (seen: Observation): unknown =>
      withResourcePage(seen, ecs, { cloud: 'otc', region: 'eu-de' });
    expect(page(named('succeeded', 'deleteServer'))).not.toHaveProperty('report.consoleUrl');
    expect(page(named('failed', 'deleteServer'))).toHaveProperty('report.consoleUrl', `${OTC}${SERVER}s-1`);
    expect(page(named('succeeded', 'createServer'))).toHaveProperty(
      'report.consoleUrl',
      `${OTC}${SERVER}s-1`,
    );
  });

  test('never leads anywhere but to the console of that region, whatever an answer says', () => {
    const hostile = fc.oneof(
      fc.string({ unit: character, maxLength: 200 }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.constantFrom(
        '//evil.example',
        '@evil.example/',
        '../../evil',
        'a&region=x',
        'a|b>',
        '{region}',
        '$&',
        `x"onclick="`,
        'javascript:1',
        '%2e%2e',
      ),
      fc.stringMatching(/^[A-Za-z0-9-]{1,70}$/),
      fc.anything(),
    );
    const places = CLOUDS.flatMap((cloud) => regionsOf(cloud).map((region) => ({ cloud, region })));
    const asked = fc.record({ place: fc.constantFrom(...places), name: fc.constantFrom(...DIALECT_NAMES) });
    fc.assert(
      fc.property(hostile, asked, (value, { place, name }) => {
        const dialect = dialectOf(place.cloud, name);
        const page = dialect?.console?.one;
        if (!dialect || !page) return;
        const seen: Observation = {
          kind: 'running',
          status: 'RUNNING',
          report: report({ entities: { [page.id]: value, sub_jobs: [{ [page.id]: value }] } }),
        };
        const found = withResourcePage(seen, dialect, place) as typeof seen;
        const url = found.report.consoleUrl;
        if (url === undefined) return;
        const [before] = page.page.replace('{region}', place.region).split('{id}');
        const host = new URL(servicePage(dialect, place)!).origin;
        expect(url.startsWith(host + before)).toBe(true);
        expect(url.slice((host + before).length)).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is at the console for every fixture that has one', () => {
    for (const { name, dialect } of FIXTURES) {
      for (const cloud of CLOUDS.filter((one) => dialectOf(one, dialect))) {
        expect(pageIn(name, cloud) ?? (cloud === 'otc' ? OTC : HUAWEI)).toMatch(
          cloud === 'otc'
            ? /^https:\/\/console\.otc\.t-systems\.com/
            : /^https:\/\/console\.huaweicloud\.com/,
        );
      }
    }
  });
});

test('the client says it of whom it asks, after everything secret is out of the answer', async () => {
  const secrets = createSecrets();
  const server = await serve((_, res) => void res.end(fixture('ecs-success').text));
  const http = createHttp({ allowPrivate: () => true, redact: secrets.redact });
  onTestFinished(() => http.close());
  const clouds = createClouds(
    [
      {
        name: 'otc-ecs',
        dialect: 'ecs',
        cloud: 'otc',
        region: 'eu-de',
        endpoint: server.url,
        projectId: PROJECT,
        auth: { kind: 'token', token: secrets.add('a-token-of-some-length') },
      },
    ],
    { http, secrets, clock: () => START, telemetry: recordingTelemetry() },
  );
  expect(clouds.describe('otc-ecs')!.info.consoleUrl).toBe(`${OTC}/ecm/?region=eu-de#/ecs/manager/vmList`);
  const job = { origin: 'otc-ecs', projectId: PROJECT, jobId: fixture('ecs-success').jobId };
  const page = `${OTC}${SERVER}bae51750-0089-41a1-9b18-5c777978ff6d`;
  expect(await clouds.check(job)).toHaveProperty('report.consoleUrl', page);
  // Somebody's secret is no id that a link may carry.
  secrets.add('bae51750-0089-41a1-9b18-5c777978ff6d');
  expect(JSON.stringify(await clouds.check(job))).not.toMatch(/bae51750|consoleUrl/);
});
