import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dialectOf, DIALECT_NAMES } from '../../../lib/adapters/clouds/dialects.ts';
import { consoleOf, endpointOf, iamOf, regionsOf } from '../../../lib/adapters/clouds/endpoints.ts';
import { faultOf } from '../../../lib/adapters/clouds/fault.ts';
import { answer } from './fixture.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const page = read('docs/clouds.md');
const rows = [...page.matchAll(/^\|(.*)\|$/gm)].map(([, cells]) =>
  cells!.split('|').map((cell) => cell.trim().replaceAll('`', '')),
);

describe('docs/clouds.md', () => {
  test.each(DIALECT_NAMES)('has %s with its query and its clouds', (name) => {
    const [, , query, huawei, otc] = rows.find((row) => row[0] === name)!;
    const known = ['huawei', 'otc'].map((cloud) => dialectOf(cloud, name));
    expect(query).toBe(known.find(Boolean)!.path);
    expect([huawei, otc]).toEqual(known.map((dialect) => (dialect ? 'yes' : 'no')));
  });

  test.each(DIALECT_NAMES)('says whether %s has a link to the console, and to one resource', (name) => {
    const [, huawei, otc] = rows.filter((row) => row[0] === name)[1]!;
    const known = ['huawei', 'otc'].map((cloud) => dialectOf(cloud, name)?.console);
    expect([huawei, otc].map((told) => told !== 'none')).toEqual(known.map((pages) => pages !== undefined));
    expect([huawei, otc].map((told) => told!.includes(', one '))).toEqual(
      known.map((pages) => pages?.one !== undefined),
    );
  });

  test('and docs/config.md names each', () => {
    const row = /`origins\.NAME\.dialect`.*/.exec(read('docs/config.md'))![0];
    for (const name of DIALECT_NAMES) expect(row).toContain(`\`${name}\``);
  });

  test('has the hosts that are used', () => {
    const told = rows.filter(([cloud]) => cloud === 'huawei' || cloud === 'otc');
    const [, list] = /runs these regions itself: ([^.]*)\./.exec(page)!;
    const below = list!.match(/[a-z]+-[a-z]+-\d+/g)!;
    expect(['eu-west-101', ...below]).toEqual(regionsOf('huawei'));
    type Row = ['huawei' | 'otc', string, string, string, string];
    for (const [cloud, regions, services, iam, console] of told as Row[]) {
      for (const region of regions === 'those below' ? below : regions.split(', ')) {
        expect(endpointOf(cloud, region, 'HOST')).toBe(services.replace('REGION', region));
        expect(iamOf(cloud, region)).toBe(iam.replace('REGION', region));
        expect(consoleOf(cloud, region)).toBe(console);
      }
    }
    expect(told).toHaveLength(4);
  });

  test('says of each code what it is taken for', () => {
    const reasons = ['denied', 'misrouted', 'throttled', 'unavailable'];
    const told = rows.filter(([reason]) => reasons.includes(reason!));
    expect(told.map(([reason]) => reason)).toEqual(reasons);
    for (const [reason, seen] of told) {
      const codes = seen!.match(/\b[A-Z][A-Za-z]+\.\d{4}\b/g)!;
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) {
        const { kind } = faultOf(answer(code === 'APIGW.0101' ? 404 : 400, { code }));
        expect([code, kind]).toEqual([code, reason]);
      }
    }
  });
});
