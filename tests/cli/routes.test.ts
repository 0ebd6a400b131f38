import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mismatches, readFixtures } from '../../cli/routes/fixtures.ts';
import { world } from './world.ts';

const yamlBehind = (name: string, words: string): string => {
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  return /^```yaml\n(.*?)^```/ms.exec(page.slice(page.indexOf(words)))![1]!;
};

describe('jobchime routes', () => {
  it('shows in at most 80 columns who gets an event, who does not and why, at a time in a zone', async () => {
    const w = await world();
    const line = 'jobchime routes test --sample job.failed --at 2026-03-29T02:30 --zone Europe/Berlin';
    const { code, out, err } = await w.run(line);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [host] = /127\.0\.0\.1:\d+/.exec(w.slack.url)!;
    expect(out.split('\n').filter((text) => !text.startsWith('says '))).toEqual([
      expect.stringMatching(/^job\.failed of otc-ecs\/[0-9a-f]{32}\/sample-[0-9a-f]{16}$/),
      'at 2026-03-29 03:30:00 Europe/Berlin',
      '',
      'ops-failures, slack: its pattern matches',
      `  Slack (${host}/…): at once`,
      '',
      'ci, webhook: not sent',
      '  detail-type is "job.failed", wanted "job.lost"',
      '',
    ]);
    expect(
      Math.max(
        ...out
          .split('\n')
          .filter((text) => !text.startsWith('says '))
          .map((text) => text.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('needs no secrets, and says of a paused subscription what lets its messages go', async () => {
    const w = await world();
    await w.run('jobchime subscriptions pause ci');
    const { code, out } = await w.run('jobchime routes test --sample job.lost', {
      env: { SLACK_URL: undefined, AK: undefined },
    });
    expect(code).toBe(0);
    expect(out).toContain('held, its secrets are missing or cannot be opened');
    expect(out).toContain('held, it is paused: jobchime subscriptions resume ci');
  });

  it('says what it wants to know', async () => {
    const w = await world();
    const err = async (line: string) => (await w.run(`jobchime routes test ${line}`)).err;
    expect(await err('')).toContain('Say which event is meant');
    expect(await err('job-7')).toContain('is no id of an event');
    expect(await err('--sample job.failed --zone CET')).toContain('Europe/Berlin');
    expect(await err('--sample job.failed --at noon')).toContain('--at is not a time');
    expect(await err('--job ff808081')).toContain('is not tracked');
  });
});

describe('jobchime routes check', () => {
  it('finds the file of docs/routes.md true of the configuration in docs/config.md', async () => {
    const w = await world();
    const [subscriptions, routes] = [
      yamlBehind('config.md', '## Subscriptions'),
      yamlBehind('routes.md', '## Where events must go'),
    ];
    const [origins] = w.configText.split('subscriptions:');
    writeFileSync(join(w.folder, 'documented.yaml'), `${origins}${subscriptions}`);
    writeFileSync(join(w.folder, 'routes.yaml'), routes);
    const ran = await w.run('jobchime routes check routes.yaml --config documented.yaml');
    expect(ran.out).toContain('3 routes, as they must be.');
    expect(ran).toMatchObject({ code: 0, err: '' });
  });

  it('ends with 1 where an event goes elsewhere, and says at which line, who and why', async () => {
    const w = await world();
    writeFileSync(
      join(w.folder, 'routes.yaml'),
      'routes:\n  - event: job.failed\n    labels: { team: web }\n    to: [ci, nobody]\n  - { event: job.lost, to: [ci, ops-failures] }\n',
    );
    const { code, out } = await w.run('jobchime routes check routes.yaml');
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      'WRONG job.failed team=web (routes.yaml:2)',
      '      ci does not get it: detail-type is "job.failed", wanted "job.lost"',
      '      nobody does not get it: there is none of this name, or none that is seen here',
      '      ops-failures gets it',
      'ok    job.lost',
      '',
      '2 routes, 1 not as it must be.',
      '',
    ]);
    const json = await w.run('jobchime routes check routes.yaml --json');
    expect(json.code).toBe(1);
    expect(
      json.out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { ok: boolean }).ok),
    ).toEqual([false, true]);
  });

  it('ends with 1 where a subscription is to be excluded that there is not, which would hold whatever happens', async () => {
    const w = await world();
    const routes =
      'routes:\n  - { event: job.failed, excludes: [c1] }\n  - { event: job.failed, excludes: [ci] }\n';
    writeFileSync(join(w.folder, 'routes.yaml'), routes);
    const { code, out } = await w.run('jobchime routes check routes.yaml');
    expect(code).toBe(1);
    expect(out.split('\n').slice(0, 3)).toEqual([
      'WRONG job.failed (routes.yaml:2)',
      '      c1 cannot be excluded: there is none of this name',
      'ok    job.failed',
    ]);
  });

  it.each([
    ['routes: []\n', 'routes.yaml:1:1: routes: is empty'],
    ['routes:\n  - event: job.fail\n    to: []\n', 'routes.yaml:2:5: routes[0].event: must be one of'],
    ['routes:\n  - event: job.failed\n', 'routes.yaml:2:5: routes[0]: does not say where the event must go'],
    [
      'routes:\n  - event: job.failed\n    to: []\n    at: noon\n',
      'routes.yaml:4:5: routes[0].at: is not a time',
    ],
    [
      'routes:\n  - event: job.failed\n    to: []\n    zone: CET\n',
      'routes.yaml:4:5: routes[0].zone: is not the name of a time zone',
    ],
    ['routes: [\n', 'routes.yaml:2:1: '],
  ])('names the place of a fault in the file: %j', (text, words) => {
    expect(readFixtures(text, 'routes.yaml')).toEqual({ problems: expect.stringContaining(words) });
  });

  it('knows exactly these, at least these, and not these', () => {
    const of = (wanted: object) =>
      mismatches(
        { title: '', line: 1, sample: 'job.failed', about: {}, ...wanted },
        ['a', 'b'],
        (name) => name,
      ).map(({ id, gets }) => `${gets ? '+' : '-'}${id}`);
    expect(of({ to: ['a', 'b'] })).toEqual([]);
    expect(of({ to: ['a'] })).toEqual(['+b']);
    expect(of({ to: [] })).toEqual(['+a', '+b']);
    expect(of({ includes: ['a'] })).toEqual([]);
    expect(of({ includes: ['c'] })).toEqual(['-c']);
    expect(of({ excludes: ['a', 'c'] })).toEqual(['+a']);
  });
});
