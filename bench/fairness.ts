import { setTimeout as sleep } from 'node:timers/promises';
import { bench, type Runner } from './harness/bench.ts';
import { inChild } from './harness/child.ts';
import type { Ports } from './fairness/world.ts';

interface Size {
  /** Handed over one after the other, `everyMs`. */
  jobs: number;
  everyMs: number;
  /** Of each origin that is in trouble. */
  troubled: number;
  /** Receivers, each of which gets a message about each of `events` jobs. */
  dead: number;
  events: number;
  /** How long trouble has lasted before it counts. */
  settleMs: number;
}

let numbered = process.pid * 100_000;
const jobIds = (count: number): string[] =>
  Array.from({ length: count }, () => (numbered++).toString(16).padStart(32, '0'));

/** How long it takes from handing a job over that has ended until its receiver has the message. */
async function opened(size: Size, ports: Ports, inTrouble: boolean): Promise<Runner> {
  const { openService, originAt } = await import('./service/opened.ts');
  const hook = (name: string, origin: string, url: string): string =>
    `  ${name}: { pattern: { detail: { data: { job: { origin: [${origin}] } } } }, channel: webhook, target: "${url}", ` +
    'signing_keys: [env:KEY] }';
  const dead = Array.from({ length: inTrouble ? size.dead : 0 }, (_, n) =>
    hook(`dead-${n}`, 'others', `http://127.0.0.1:${n % 2 ? ports.closed : ports.hangs}/${n}`),
  );
  const origins = [
    originAt('healthy', ports.healthy, 'rate: 100'),
    originAt('others', ports.healthy, 'rate: 100', 'env:AK1'),
    ...(inTrouble
      ? [
          originAt('throttles', ports.throttles, 'rate: 100', 'env:AK2'),
          originAt('hangs', ports.hangs, 'rate: 100', 'env:AK3'),
        ]
      : []),
  ];
  const config = `origins:
${origins.join('\n')}
subscriptions:
${[hook('receiver', 'healthy', `http://127.0.0.1:${ports.sink}/`), ...dead].join('\n')}
allow_private: [127.0.0.1]
policy: { first_check: 10ms }
`;
  const env = {
    KEY: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
    ...Object.fromEntries([1, 2, 3].map((n) => [`AK${n}`, `BENCHACCESSKEY00001${n}`])),
  };
  const { service, track, allEnded, close } = openService(config, env);
  await track('others', jobIds(size.events));
  if (inTrouble) {
    await track('throttles', jobIds(size.troubled));
    await track('hangs', jobIds(size.troubled));
  }
  await service.start();
  await allEnded('others');
  await sleep(size.settleMs);
  return {
    async round() {
      const handed = new Map<string, number>();
      const begin = performance.now();
      for (const [n, jobId] of jobIds(size.jobs).entries()) {
        await sleep(Math.max(0, begin + n * size.everyMs - performance.now()));
        handed.set(jobId, Date.now());
        await track('healthy', [jobId]);
      }
      let arrivals: Record<string, number> = {};
      while ([...handed.keys()].some((jobId) => !arrivals[jobId])) {
        await sleep(50);
        arrivals = (await (await fetch(`http://127.0.0.1:${ports.sink}/arrivals`)).json()) as typeof arrivals;
      }
      const took = [...handed].map(([jobId, at]) => arrivals[jobId]! - at).toSorted((a, b) => a - b);
      const at = (share: number): number => took[Math.floor(took.length * share)]!;
      return {
        units: size.jobs,
        counters: { delivered: took.length },
        figures: { p50Ms: at(0.5), p95Ms: at(0.95) },
      };
    },
    close,
  };
}

export default bench<Size>({
  about:
    'Jobs that have ended are handed over one by one, and each end is sent to one receiver: alone, and beside an origin that throttles for ever, one that never answers, and a hundred dead receivers with messages due.',
  unit: 'job',
  cases: (quick) => ({
    'beside trouble': quick
      ? { jobs: 20, everyMs: 50, troubled: 20, dead: 10, events: 2, settleMs: 200 }
      : { jobs: 400, everyMs: 37, troubled: 500, dead: 100, events: 20, settleMs: 3_000 },
  }),
  async stage() {
    const world = await inChild(new URL('fairness/world.ts', import.meta.url));
    return { at: await world.call('start'), close: () => world.stop() };
  },
  contenders: {
    beside: {
      title: 'beside an origin that throttles, one that hangs, 100 dead receivers',
      open: (size, ports: Ports) => opened(size, ports, true),
    },
    alone: { title: 'alone', open: (size, ports: Ports) => opened(size, ports, false) },
  },
  figures: { p50Ms: 'median, ms', p95Ms: 'p95, ms' },
  goals: [{ of: 'beside', to: 'alone', figure: 'p95Ms', max: 1.1 }],
  plot: ['p95Ms'],
});
