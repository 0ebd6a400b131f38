import { describe, expect, test } from 'vitest';
import { dialectOf, DIALECT_NAMES } from '../../../lib/adapters/clouds/dialects.ts';
import { endpointOf, iamOf, isOwnHost, regionsOf } from '../../../lib/adapters/clouds/endpoints.ts';
import { KNOWN_CLOUDS } from '../../../lib/adapters/clouds/known.ts';

test.each([
  ['huawei', 'cn-north-4', 'ecs', 'https://ecs.cn-north-4.myhuaweicloud.com'],
  ['huawei', 'ap-southeast-1', 'rds', 'https://rds.ap-southeast-1.myhuaweicloud.com'],
  ['huawei', 'la-north-2', 'vpc', 'https://vpc.la-north-2.myhuaweicloud.com'],
  ['huawei', 'tr-west-1', 'evs', 'https://evs.tr-west-1.myhuaweicloud.com'],
  ['huawei', 'ae-ad-1', 'evs', 'https://evs.ae-ad-1.myhuaweicloud.com'],
  ['huawei', 'eu-west-101', 'ecs', 'https://ecs.eu-west-101.myhuaweicloud.eu'],
  ['huawei', 'eu-west-101', 'cce', 'https://cce.eu-west-101.myhuaweicloud.eu'],
  ['otc', 'eu-de', 'sfs-turbo', 'https://sfs-turbo.eu-de.otc.t-systems.com'],
  ['otc', 'eu-nl', 'ecs', 'https://ecs.eu-nl.otc.t-systems.com'],
  ['otc', 'eu-ch2', 'ecs', 'https://ecs.eu-ch2.sc.otc.t-systems.com'],
  ['otc', 'eu-de', 'sdrs', 'https://sdrs.eu-de.otc.t-systems.com'],
  // Not in the cloud's list: they have to be configured.
  ['otc', 'eu-nl', 'sdrs', null],
  ['otc', 'eu-de', 'bms', null],
  ['otc', 'eu-xy', 'ecs', null],
  ['huawei', 'nowhere', 'ecs', null],
  // Run by partners, or by nobody that is known, whatever the name looks like.
  ['huawei', 'eu-west-0', 'ecs', null],
  ['huawei', 'eu-west-199', 'ecs', null],
  ['huawei', 'ru-moscow-1', 'ecs', null],
  ['huawei', 'my-kualalumpur-1', 'dcs', null],
  ['huawei', 'la-south-6001', 'ecs', null],
  ['huawei', 'la-south-2', 'ecs', null],
  ['huawei', 'cn-hk-1', 'ecs', null],
  ['huawei', 'cn-north-400', 'ecs', null],
  ['huawei', 'eu-de', 'ecs', null],
  ['otc', 'cn-north-4', 'ecs', null],
  ['huawei', 'eu-west-101.example.com/', 'ecs', null],
] as const)('%s %s %s is at %s', (cloud, region, host, url) => {
  expect(endpointOf(cloud, region, host)).toBe(url);
});

test.each([
  ['huawei', 'cn-north-4', 'https://iam.cn-north-4.myhuaweicloud.com'],
  ['huawei', 'eu-west-101', 'https://iam.eu-west-101.myhuaweicloud.eu'],
  ['otc', 'eu-de', 'https://iam.eu-de.otc.t-systems.com'],
  ['otc', 'eu-ch2', 'https://iam-pub.eu-ch2.sc.otc.t-systems.com'],
  ['otc', 'eu-xy', null],
  ['huawei', 'eu-west-0', null],
  ['huawei', 'ru-moscow-1', null],
  ['huawei', 'my-kualalumpur-1', null],
  ['huawei', 'la-south-6001', null],
] as const)('IAM of %s %s is at %s', (cloud, region, url) => expect(iamOf(cloud, region)).toBe(url));

test('every region that is listed has a host, and no two clouds share one', () => {
  for (const cloud of ['huawei', 'otc'] as const)
    for (const region of regionsOf(cloud)) {
      expect(endpointOf(cloud, region, 'ecs')).not.toBeNull();
      expect(endpointOf(cloud === 'otc' ? 'huawei' : 'otc', region, 'ecs')).toBeNull();
    }
});

describe('a host that credentials are sent to', () => {
  test('is the cloud’s own for every endpoint that is known', () => {
    for (const cloud of ['huawei', 'otc'] as const) {
      for (const name of DIALECT_NAMES.filter((one) => dialectOf(cloud, one))) {
        for (const region of ['eu-de', 'eu-nl', 'eu-ch2', 'eu-west-101', 'cn-north-4']) {
          for (const url of [KNOWN_CLOUDS.endpoint(cloud, region, name), KNOWN_CLOUDS.iam(cloud, region)]) {
            if (url) expect([url, isOwnHost(cloud, new URL(url).hostname)]).toEqual([url, true]);
          }
        }
      }
    }
  });

  test.each([
    ['huawei', 'ecs.cn-north-4.MyHuaweiCloud.com', true],
    ['huawei', 'ecs.eu-de.otc.t-systems.com', false],
    ['otc', 'ecs.eu-de.otc.t-systems.com', true],
    ['otc', 'otc.t-systems.com', false],
    ['otc', 'evilotc.t-systems.com', false],
    ['otc', 'ecs.eu-de.otc.t-systems.com.example.com', false],
    ['otc', 'ecs.eu-de.otc.t-systems.com.', false],
    ['huawei', '10.0.0.1', false],
    ['huawei', '', false],
  ] as const)('of %s is %s: %s', (cloud, host, own) => expect(isOwnHost(cloud, host)).toBe(own));

  test('is not known for what the cloud does not have', () => {
    expect(KNOWN_CLOUDS.endpoint('otc', 'eu-de', 'eip')).toBeNull();
    expect(KNOWN_CLOUDS.endpoint('huawei', 'cn-north-4', 'nothing')).toBeNull();
    expect(KNOWN_CLOUDS.endpoint('huawei', 'cn-north-4', 'eip')).toBe(
      'https://vpc.cn-north-4.myhuaweicloud.com',
    );
  });
});
