import { describe, expect, it } from 'vitest';
import { boardLines, liveBoard, usualKey, type Seen } from '../../cli/board.ts';
import { cellsOf } from '../../cli/cells.ts';
import { shortIds } from '../../cli/fitted.ts';
import { fittedEvents, fittedJobs } from '../../cli/job-rows.ts';
import { logLine } from '../../cli/log-line.ts';
import { fittedDeliveries } from '../../cli/commands/deliveries.ts';
import { fittedGroups } from '../../cli/commands/groups.ts';
import { fittedOrigins } from '../../cli/commands/origins.ts';
import { statsTable } from '../../cli/commands/stats.ts';
import type { Delivery, Group, Origin } from '../../client/index.ts';
import { summaryOf } from '../../lib/adapters/api/jobs/views.ts';
import { newJob } from '../../lib/core/jobs/job.ts';
import { events } from '../core/jobs/events.ts';
import { spec, START } from '../kit.ts';

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const WIDE = '一个很长很长的名字'.repeat(8);
const job = (n: number, more: object = {}) => ({
  ...summaryOf(newJob(spec(n, { name: `web-${n}` }), info, START, START + 30_000)),
  jobType: 'createServer',
  ...more,
});
const failed = (n: number, more: object = {}) =>
  job(n, {
    state: 'failed',
    error: { code: 'Ecs.0204', reason: 'Quota exceeded for cores: Requested 8, but already used 24 of 24' },
    detectedAt: new Date(START + 60_000).toISOString(),
    ...more,
  });
const WIDTHS = [60, 80, 100, 140];

describe('rows in a terminal', () => {
  it.each(WIDTHS)('of jobs fit into %i cells, whatever the names are', (width) => {
    const jobs = [failed(1), job(2, { name: WIDE, jobType: WIDE }), job(3, { name: null, status: WIDE })];
    const lines = fittedJobs(jobs, START + 300_000, width).split('\n');
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
    expect(lines[0]).toMatch(/^STATE +NAME .*AGE +ID +REASON/);
    expect(lines[1]).toMatch(/^failed +web-1 .*5 min .*Ecs\.0204/);
  });

  it.each(WIDTHS)('of events fit into %i cells', (width) => {
    const all = Object.values(events);
    for (const line of fittedEvents(all, START, width).split('\n'))
      expect(cellsOf(line)).toBeLessThanOrEqual(width);
  });

  it.each(WIDTHS)('of statistics fit into %i cells', (width) => {
    const took = {
      count: 9,
      p10: 1_000,
      p50: 236_200,
      p90: 301_800,
      p99: 402_000,
      bars: [{ from: 1_000, to: 2_000, share: 1 }],
    };
    const one = {
      origin: 'a-long-name-of-an-origin',
      jobType: 'createServer'.repeat(3),
      ended: 120,
      callsPerJob: 3.5,
      took,
      delays: null,
    };
    for (const line of statsTable([one], width).split('\n')) expect(cellsOf(line)).toBeLessThanOrEqual(width);
  });

  it.each(WIDTHS)('of deliveries fit into %i cells, with how each stands and why', (width) => {
    const delivery = (more: object) =>
      ({
        id: `dlv_${'0'.repeat(32)}`,
        createdAt: new Date(START - 300_000).toISOString(),
        state: 'retrying',
        kind: 'job.failed',
        subject: spec(1).origin + '/p/66d0afeb8c1eecb001a2182676950000',
        subscription: 'a-long-name-of-a-subscription',
        target: 'Slack (hooks.slack.com/…)',
        reason: 'unreachable',
        nextTryAt: new Date(START + 61_000).toISOString(),
        asked: [],
        ...more,
      }) as unknown as Delivery;
    const others = {
      kind: 'subscription.disabled',
      subject: 'subscription/ops',
      reason: 'subscription_removed',
    };
    const lines = fittedDeliveries(
      [delivery({}), delivery({ ...others, state: 'failed', nextTryAt: null })],
      START,
      width,
    ).split('\n');
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
    expect(lines[1]).toMatch(/^5 min +retrying +job\.failed +76950000 .*unreachable/);
    expect(lines[1]!.includes('in 1 min')).toBe(width >= 100);
  });

  it.each(WIDTHS)('of groups fit into %i cells, with how many failed', (width) => {
    const group = {
      name: 'apply-of-a-long-name-42',
      namespace: '-',
      state: 'ended',
      outcome: 'succeeded',
      closedBy: 'expected',
      createdAt: new Date(START - 300_000).toISOString(),
      endedAt: new Date(START - 30_000).toISOString(),
      counts: { total: 40, succeeded: 27, failed: 12, lost: 1, outstanding: 0 },
    } as unknown as Group;
    const [head = '', row = ''] = fittedGroups([group], START, width).split('\n');
    expect(cellsOf(head)).toBeLessThanOrEqual(width);
    expect(cellsOf(row)).toBeLessThanOrEqual(width);
    expect(row.split(/ {2,}/)[head.split(/ {2,}/).indexOf('FAILED')]).toBe('12');
    expect(head.includes('TOOK')).toBe(width >= 100);
  });

  it.each(WIDTHS)('of origins fit into %i cells, with what is wrong', (width) => {
    const origin = {
      state: 'unreachable',
      name: 'a-long-name-of-an-origin',
      dialect: 'ecs',
      cloud: 'huawei',
      region: 'eu-west-101',
      projectId: '0123456789abcdef0123456789abcdef',
      outstanding: 12,
      since: new Date(START - 300_000).toISOString(),
      reason: 'denied',
      detail: 'HTTP 401 APIGW.0301: Incorrect IAM authentication information',
    } as unknown as Origin;
    const lines = fittedOrigins([origin], START, width).split('\n');
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
    expect(lines[1]).toMatch(/^unreachable +a-lo.* 12 +5 min +denied: HTTP/);
  });

  it('say why: the reason, what was missed, how long it took', () => {
    const told = (one: ReturnType<typeof job>) =>
      fittedJobs([one], START + 300_000, 140)
        .split(/ {2,}/)
        .at(-1);
    expect(told(failed(1))).toContain('Ecs.0204 Quota exceeded for cores: Requested 8');
    expect(told(job(2, { status: 'RUNNING', deadlineAt: new Date(START + 60_000).toISOString() }))).toBe(
      'RUNNING, overdue by 4 min',
    );
    expect(told(job(3, { state: 'lost', lostReason: 'expired' }))).toBe('expired');
    const times = { beganAt: new Date(START).toISOString(), endedAt: new Date(START + 90_000).toISOString() };
    expect(told(job(4, { state: 'succeeded', ...times }))).toBe('took 1 min 30 s');
  });

  it('have ids that are as long as tells them apart', () => {
    expect([...shortIds(['aaaa00000001', 'aaaa00000002']).values()]).toEqual(['00000001', '00000002']);
    expect([...shortIds(['aaaa100000001', 'bbbb200000001']).values()]).toEqual(['100000001', '200000001']);
    expect(shortIds(['short', 'short']).get('short')).toBe('short');
  });
});

describe('the board in a terminal', () => {
  const seen: Seen = {
    outstanding: [job(1, { status: 'RUNNING' }), job(2, { status: 'INIT', jobType: 'resizeServer' })],
    ended: [failed(3), job(4, { state: 'succeeded', detectedAt: new Date(START + 1_000).toISOString() })],
    usual: new Map([[usualKey(job(1)), 240_000]]),
    isMore: false,
  };
  const now = START + 120_000;

  it('has failures on top, then what is under way with its bar, then what just ended', () => {
    const lines = boardLines(seen, now, { columns: 100, rows: 24 });
    expect(lines[0]).toBe('2 outstanding · 1 failed or lost within the hour · 12:02:00 UTC');
    const at = (text: string): number => lines.findIndex((line) => line.includes(text));
    expect(at('web-3')).toBeLessThan(at('web-1'));
    expect(at('web-2')).toBeLessThan(at('web-4'));
    expect(lines[at('web-1')]).toContain('█████░░░░░  web-1  2 min of usually 4 min, RUNNING');
    expect(lines[at('web-2')]).toContain('··········  web-2  2 min, INIT');
  });

  it('no longer shows on top what failed more than an hour ago', () => {
    const [head] = boardLines(seen, now + 3_600_000, { columns: 100, rows: 24 });
    expect(head).toContain('0 failed or lost within the hour');
  });

  it.each([
    [60, 10],
    [80, 24],
    [140, 50],
    [20, 5],
  ])('fits into %i columns and %i rows', (columns, rows) => {
    const many = { ...seen, outstanding: Array.from({ length: 200 }, (_, n) => job(n, { name: WIDE })) };
    const lines = boardLines(many, now, { columns, rows });
    expect(lines.length).toBeLessThan(rows);
    if (columns >= 60) for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns);
  });

  it('is drawn over what was there until it is interrupted, and not where nothing has changed', async () => {
    const [drawn, stop] = [[] as string[], new AbortController()];
    let readings = 0;
    const read = async (): Promise<Seen> => ((readings += 1) < 3 ? seen : { ...seen, outstanding: [] });
    const out = { write: (text: string) => drawn.push(text), columns: 80, rows: 24 };
    const pause = async () => readings >= 3 && stop.abort();
    await liveBoard(read, { out, now: () => now, everyMs: 1, signal: stop.signal, warn: () => {}, pause });
    expect(drawn).toHaveLength(2);
    expect(drawn[0]!.startsWith('\u001b[H')).toBe(true);
    expect(drawn[1]).toContain('No outstanding jobs.');
  });
});

describe('the log in a terminal', () => {
  it('is a line of words for each JSON line', () => {
    const line = {
      time: '2026-03-01T12:04:08.123Z',
      level: 'warn',
      event: 'origin.changed',
      origin: 'otc-ecs',
      detail: 'two words',
      none: null,
      names: ['a', 'b'],
      rate: { now: 1.5 },
    };
    expect(logLine(JSON.stringify(line), false)).toBe(
      '12:04:08 warn  origin.changed           origin=otc-ecs detail="two words" names=a,b rate.now=1.5',
    );
    expect(logLine('no JSON', false)).toBe('no JSON');
  });

  it('lets no character through that a terminal would obey', () => {
    const line = { time: '', level: 'info', event: 'x', detail: 'a\u001b[2Jb', other: '\u009b' };
    expect(logLine(JSON.stringify(line), false)).not.toMatch(/\p{Cc}/u);
  });
});
