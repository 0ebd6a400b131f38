/**
 * What the due index and group commit are worth: a sweep takes 500 due rows up and saves them, beside the obvious way,
 * which loads all rows, picks those that are due, and saves one after the other. Both on a file, in turns.
 *
 *     npm run bench -- store
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newJob, type Job } from '../lib/core/jobs/job.ts';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';

const DUE = 500;
const ROUNDS = 5;
const NOW = Date.UTC(2026, 2, 1);
const LATER = NOW + 86_400_000;
const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const QUEUE = 'look:hwc-ecs';

interface Way {
  fill(jobs: readonly Job[]): Promise<void>;
  claim(limit: number): Promise<Job[]>;
  save(jobs: readonly Job[]): Promise<void>;
  close(): Promise<void>;
}

function indexed(path: string): Way {
  const { jobs: table, close } = openStore(path);
  return {
    fill: async (jobs) => void (await table.create(jobs)),
    claim: (limit) => table.due(QUEUE, NOW, limit),
    save: async (jobs) => void (await Promise.all(jobs.map((job) => table.save(job)))),
    close,
  };
}

const dueAt = (job: Job): number => job.due?.at ?? Infinity;

function naive(path: string): Way {
  const db = new DatabaseSync(path);
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE jobs (key TEXT PRIMARY KEY, body TEXT)',
  );
  const put = db.prepare('REPLACE INTO jobs VALUES (?, ?)');
  const all = db.prepare('SELECT body FROM jobs');
  const putAll = (jobs: readonly Job[]): void => jobs.forEach((job) => put.run(job.key, JSON.stringify(job)));
  return {
    async fill(jobs) {
      db.exec('BEGIN');
      putAll(jobs);
      db.exec('COMMIT');
    },
    async claim(limit) {
      const jobs = all.all().map((row) => JSON.parse(String(row['body'])) as Job);
      const isDue = jobs.filter((job) => dueAt(job) <= NOW);
      return isDue.toSorted((a, b) => dueAt(a) - dueAt(b)).slice(0, limit);
    },
    save: async (jobs) => putAll(jobs),
    close: async () => db.close(),
  };
}

/** `count` jobs, scattered over the keys, of which each round finds 500 due. */
function outstanding(count: number): Job[] {
  const dueCount = DUE * (ROUNDS + 1);
  return Array.from({ length: count }, (_, n) => {
    const jobId = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(32, '0');
    const spec = { origin: INFO.origin, projectId: '0'.repeat(32), jobId };
    return newJob(spec, INFO, NOW - n, n < dueCount ? NOW - n : LATER + n);
  });
}

interface Sample {
  claim: number;
  save: number;
}

/** Rows per second of one claim and its saves. */
async function round(way: Way): Promise<Sample> {
  const start = performance.now();
  const jobs = await way.claim(DUE);
  const claimed = performance.now();
  if (jobs.length !== DUE) throw new Error(`claimed ${jobs.length} rows`);
  await way.save(jobs.map((job) => ({ ...job, due: { queue: QUEUE, at: LATER } })));
  const perSecond = (ms: number): number => (DUE / ms) * 1_000;
  return { claim: perSecond(claimed - start), save: perSecond(performance.now() - claimed) };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const column = (value: unknown): string => String(value).padStart(14);
const shown = (rowsPerSecond: number): string => column(Math.round(rowsPerSecond).toLocaleString('en'));

export default async function store(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-bench-'));
  try {
    console.log(['rows/s at', 'outstanding', 'due index', 'load all', 'ratio'].map(column).join(''));
    for (const count of [10_000, 100_000]) {
      const ways = [
        indexed(join(folder, `indexed-${count}.db`)),
        naive(join(folder, `naive-${count}.db`)),
      ] as const;
      const samples: [Sample, Sample][] = [];
      for (const way of ways) await way.fill(outstanding(count));
      // The first round warms up.
      for (let n = 0; n <= ROUNDS; n++) samples.push([await round(ways[0]), await round(ways[1])]);
      for (const way of ways) await way.close();
      for (const step of ['claim', 'save'] as const) {
        const measured = samples.slice(1);
        const [ours, theirs] = [
          median(measured.map(([a]) => a[step])),
          median(measured.map(([, b]) => b[step])),
        ];
        const ratio = median(measured.map(([a, b]) => a[step] / b[step])).toFixed(1);
        console.log(column(step) + shown(count) + shown(ours) + shown(theirs) + column(ratio));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
