/** What watches the service asks only for what it serves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metricsText } from '../../lib/wire/local/metrics.ts';
import { createCounters } from '../../lib/adapters/platform/metrics/counters.ts';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { parseExposition } from '../adapters/platform/prometheus.ts';
import { recordingTelemetry, START } from '../kit.ts';
import { isThere } from './tools.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const rules = parse(read('deploy/prometheus/alerts.yml')) as {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
};
const dashboard = JSON.parse(read('deploy/grafana/jobchime.json')) as {
  panels: {
    id: number;
    title: string;
    gridPos: Record<'x' | 'y' | 'w' | 'h', number>;
    type: string;
    datasource: unknown;
    fieldConfig: { defaults: { unit: string } };
    targets: { refId: string; expr: string }[];
  }[];
};

/** Names of the series that are served, and their labels. */
async function served(): Promise<Map<string, string[]>> {
  const store = openStore(':memory:');
  const { families } = createCounters(recordingTelemetry(), ['otc-ecs']);
  const text = await metricsText(families(), { store, clock: () => START }, START, ['otc-ecs']);
  await store.close();
  return new Map(
    parseExposition(text).flatMap(({ name, samples }) =>
      samples.map((one): [string, string[]] => [`${name}${one.suffix ?? ''}`, Object.keys(one.labels)]),
    ),
  );
}
const queries = [
  ...rules.groups.flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr] as const)),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

describe('alert rules and dashboard', () => {
  it('ask for metrics that are served, by labels that these have', async () => {
    const known = await served();
    for (const [where, expr] of queries) {
      const names = expr.match(/jobchime_\w+/g) ?? [];
      expect(names.length, where).toBeGreaterThan(0);
      for (const name of names) expect([where, known.has(name) ? name : 'unknown']).toEqual([where, name]);
      for (const [, by] of expr.matchAll(/by \(([^)]+)\)/g))
        expect(known.get(names[0]!), where).toEqual(expect.arrayContaining(by!.split(', ')));
    }
  });

  it('say in a sentence what is wrong, and panels do not cover one another', () => {
    for (const { annotations } of rules.groups.flatMap((group) => group.rules))
      expect(annotations).toEqual({
        summary: expect.stringMatching(/^[A-Z]/) as unknown,
        description: expect.stringMatching(/^[A-Z].*\.$/) as unknown,
      });
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, targets } of dashboard.panels)
      expect([title, new Set(targets.map(({ refId }) => refId)).size]).toEqual([title, targets.length]);
  });

  it('of the dashboard are panels that Grafana has, each asks the source that one chooses, and nothing that Grafana demands is left out', () => {
    for (const { title, type, datasource, fieldConfig } of dashboard.panels) {
      expect([title, ['timeseries', 'stat']]).toEqual([title, expect.arrayContaining([type])]);
      expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
      expect(['short', 's', 'ops']).toContain(fieldConfig.defaults.unit);
    }
    // By its JSON Schema for dashboards; without `annotations` a dashboard is none.
    expect(Object.keys(dashboard)).toEqual(
      expect.arrayContaining([
        'annotations',
        'panels',
        'schemaVersion',
        'templating',
        'time',
        'title',
        'uid',
      ]),
    );
  });

  it('have a case of each rule in which it fires, and one in which it is silent', () => {
    const { tests } = parse(read('deploy/prometheus/alerts.test.yml')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const cases = tests.flatMap((group) => group.alert_rule_test);
    const namesOf = (fires: boolean): string[] => [
      ...new Set(
        cases.filter((one) => one.exp_alerts.length > 0 === fires).map(({ alertname }) => alertname),
      ),
    ];
    const names = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert)).toSorted();
    expect(namesOf(true).toSorted()).toEqual(names);
    expect(namesOf(false).toSorted()).toEqual(names);
  });

  it.skipIf(!isThere('promtool'))('hold what promtool asks of them', () => {
    const run = (...words: string[]): string =>
      execFileSync('promtool', words, { cwd: new URL('deploy/prometheus', root), encoding: 'utf8' });
    expect(run('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
    expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});

describe('the unit of systemd', () => {
  it.skipIf(!isThere('systemd-analyze'))(
    'has no fault that systemd finds, but for the command, which is not here',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'jobchime-unit-'));
      const unit = join(folder, 'jobchime.service');
      const found = (text: string): string => {
        writeFileSync(unit, text);
        return spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' }).stderr.replaceAll(
          `${folder}/`,
          '',
        );
      };
      const text = read('deploy/systemd/jobchime.service').replace(
        '/usr/local/bin/jobchime',
        process.execPath,
      );
      expect(text).toContain(process.execPath);
      expect(found(text)).toBe('');
      expect(found(text.replace('WatchdogSec=120', 'WatchdogSec=often'))).toContain('often');
      rmSync(folder, { recursive: true });
    },
  );
});
