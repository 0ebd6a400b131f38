import { existsSync, readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { withApi, type Api, type Where } from '../with-api.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { teach } from '../examples.ts';
import type { Problem, Result, Spec } from '../submit.ts';
import { nameOf } from '../run-name.ts';
import type { NamedJob } from '../job-ids.ts';
import { MAX_EXPECT } from '../../lib/core/jobs/group.ts';
import { configOption, durationOf, jsonOption, labelOf, limitOf, oneMore, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { ID } from '../../lib/core/jobs/job.ts';

interface Options extends Where {
  project?: string;
  name?: string;
  correlationId?: string;
  traceparent?: string;
  label: Record<string, string>;
  deadline?: number;
  notify: string[];
  group?: string;
  expect?: number;
  wait?: boolean;
  timeout?: number;
  json?: boolean;
}

export const trackCommand = (): Command =>
  teach(
    new Command('track')
      .description('Watch jobs: the service notifies you when they end.')
      .argument('<origin>', 'the name of a configured origin')
      .argument(
        '<job-id...>',
        "job ids as the cloud returned them, or a file with the cloud's answer; - reads it from standard input",
      )
      .option('--project <id>', 'the project (default: that of the origin)')
      .option('--name <name>', 'what people call it; shown in every message')
      .option(
        '--correlation-id <id>',
        'what your own programs know it by; it is in every event about the job',
      )
      .option(
        '--traceparent <value>',
        'the trace it belongs to (W3C Trace Context); it is in every event, and a header of every webhook',
      )
      .addOption(
        new Option('--label <key=value>', 'a label to route by; may be repeated')
          .argParser(labelOf)
          .default({}, 'none'),
      )
      .option('--deadline <duration>', 'report it as overdue after this, for instance 30m', durationOf)
      .addOption(
        new Option(
          '--notify <target>',
          'send the events of these jobs there too; may be repeated: CHANNEL:NAME, mailto:ADDRESS, or https://HOST/PATH',
        )
          .argParser(oneMore)
          .default([], 'nobody'),
      )
      .option(
        '--group <name>',
        'the run that they belong to, such as apply-42: you hear once when all of it has ended',
      )
      .addOption(
        new Option(
          '--expect <n>',
          'how many jobs belong to the group in all; it is closed when they have joined',
        ).argParser((text) => limitOf(text, MAX_EXPECT)),
      )
      .option('--wait', 'wait until they have ended; exit codes as those of jobchime wait')
      .option('--timeout <duration>', 'with --wait: no longer than this, for instance 30m', durationOf)
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(trackFrom),
    [
      {
        says: 'A server that is being created, by what people call it',
        run: 'jobchime track otc-ecs 2c9eb2c5544cbf6101544f0602af2b4f --name web-7 --label team=web',
      },
      { says: "The cloud's own answer, kept in a file", run: 'jobchime track otc-ecs answer.json' },
      {
        says: 'Go on when the server is there: track, and wait for the end',
        run: 'jobchime track otc-ecs 2c9eb2c5544cbf6101544f0602af2b4f --wait --timeout 30m && echo it is there',
      },
      {
        says: 'Many at once, one answer or one id a line',
        run: 'printf \'%s\\n\' \'{"job_id": "ff808082"}\' ff808083 | jobchime track otc-ecs - --deadline 2h',
      },
      {
        says: 'Classic ELB answers a uri: Jobchime uses its ids, at v1.0',
        run: `echo '{"uri": "/v1/0123456789abcdef0123456789abcdef/jobs/4010b39b"}' | jobchime track hwc-elb -`,
      },
      {
        says: 'All jobs of one run: you hear of it once, when all have ended',
        run: "printf '%s\\n' ff808085 ff808086 | jobchime track otc-ecs - --group apply-42 --expect 2",
      },
      {
        says: 'Notify one person and one channel of this job, in addition to the subscriptions',
        run: 'jobchime track otc-ecs ff808084 --notify mailto:me@example.com --notify slack:ops-failures',
      },
    ],
    `- takes an answer as it came: over several lines, with its headers (curl -i), in a trace of CTS or a message of SMN, which carry
it as a text. Texts in a list are ids where the input is nothing but that list, or under a name like job_ids; so a volume's id is
never taken for a job's. For an order without a job, or an error of the cloud, it says so and tracks nothing.

With --group, people hear once of all jobs together, and of the first failure at once. A group is closed by jobchime group close NAME, when
--expect jobs have joined, when nobody joins for 10 min after the last end, or after a day. A job stays in the group that it is in.

With --notify, CHANNEL:NAME is a configured subscription, whose target is used. A webhook is signed with the key of a configured
subscription to the same host; without one it is refused. A mail address works only where the service runs: with --url, make a
subscription, so that the address confirms. Tracking a job again shows its state and adds the targets of --notify, which get its
end even if it has ended already; nothing else changes, and a warning names what differs.`,
  );

async function trackFrom(origin: string, ids: string[], options: Options): Promise<void> {
  const work = (): Promise<void> =>
    withApi(options, async (api) => trackAll(api, origin, await named(origin, ids), options));
  if (options.timeout !== undefined && !options.wait)
    throw new Refusal('--timeout says how long --wait waits; give both.');
  if (!options.wait) return work();
  const { couldNotWait } = await import('./wait.ts');
  return couldNotWait(work);
}

async function named(origin: string, ids: readonly string[]): Promise<NamedJob[]> {
  if (ids.some((id) => /^\s*[[{]/.test(id))) {
    throw new Refusal(
      `Nothing was tracked: that is JSON, not a job id. \`jobchime track ${origin} -\` reads the cloud's answer from standard input.`,
    );
  }
  if (ids.includes('-')) {
    if (ids.length > 1) throw new Refusal('- reads the ids from standard input; give it alone.');
    return readFrom(await textOf(process.stdin), 'standard input');
  }
  const jobs = ids.map(async (id) => {
    if (ID.test(id)) return [{ jobId: id }];
    if (existsSync(id)) return readFrom(readFileSync(id, 'utf8'), id);
    return [{ jobId: id }];
  });
  return (await Promise.all(jobs)).flat();
}

async function readFrom(text: string, what: string): Promise<NamedJob[]> {
  const { readJobIds } = await import('../job-ids.ts');
  const { jobs, faults } = readJobIds(text);
  if (faults.length > 0) throw new Refusal(`Nothing was tracked: ${faults.slice(0, 5).join('; ')}.`);
  if (jobs.length === 0) throw new Refusal(`Nothing was tracked: ${what} is empty.`);
  return jobs;
}

const specsOf = (
  origin: string,
  jobs: readonly NamedJob[],
  { project, name, correlationId, traceparent, label, deadline, notify, group, expect }: Options,
): Spec[] => {
  const deadlineAt = deadline && Date.now() + deadline;
  return jobs.map(({ jobId, projectId = project }) => ({
    origin,
    jobId,
    ...(projectId && { projectId }),
    ...(name && { name }),
    ...(correlationId && { correlationId }),
    ...(traceparent && { traceparent }),
    labels: label,
    ...(deadlineAt && { deadlineAt }),
    ...(notify.length > 0 && { notify }),
    ...(group !== undefined && { group }),
    ...(expect !== undefined && { expect }),
  }));
};

async function trackAll(
  { client, config }: Api,
  origin: string,
  jobs: readonly NamedJob[],
  options: Options,
): Promise<void> {
  const { callsOf, submit, summariesOf } = await import('../submit.ts');
  const refused: string[] = [];
  const accepted: string[] = [];
  for (const specs of callsOf(specsOf(origin, jobs, options))) {
    const results = await submit(client, specs);
    const tracked = options.json ? await summariesOf(client, results) : null;
    for (const [i, result] of results.entries()) {
      if (result.outcome === 'refused') {
        refused.push(...result.problems.map((it) => told(specs[i]!, it)));
        continue;
      }
      accepted.push(result.key);
      if (tracked) {
        const { outcome, added, warnings } = result;
        console.log(JSON.stringify({ outcome, job: tracked[i], added, warnings }));
      } else sayTracked(result);
    }
    for (const result of results) if (result.outcome === 'already_tracked') warn(result);
  }
  if (options.wait && accepted.length > 0) {
    const { waitForJobs } = await import('./wait.ts');
    await waitForJobs({ client, config }, accepted, options);
  } else if (accepted.length > 0) warnIfNotRunning(config);
  if (refused.length > 0) throw new Refusal(refused.join('\n'));
}

type Accepted = Exclude<Result, { outcome: 'refused' }>;

function sayTracked({ outcome, key, state, group, added = [] }: Accepted): void {
  const of = group ? `  in ${nameOf(group)}` : '';
  if (outcome === 'tracked') return console.log(`tracked  ${key}${of}`);
  console.log(`already tracked  ${key}  ${state}${of}`);
  const when = state === 'outstanding' ? 'is notified too' : 'is notified of its end now';
  for (const target of added) console.log(`  ${target} ${when}`);
}

/** What the request says and is not so. */
function warn({ key, warnings = [] }: Accepted): void {
  for (const { field, problem } of warnings) console.error(`${key}: ${optionOf(field)} ${problem}.`);
}

const OPTIONS: Record<string, string> = {
  name: '--name',
  labels: '--label',
  deadlineAt: '--deadline',
  correlationId: '--correlation-id',
  traceparent: '--traceparent',
  group: '--group',
};
const optionOf = (field: string): string => OPTIONS[field] ?? field;

function told({ jobId }: Spec, { field, problem, fix }: Problem): string {
  // It was looked for as a file, too.
  const neither = field === 'jobId' && /[./\\]/.test(jobId) ? ' There is no such file, either.' : '';
  return `${jobId}: ${field} ${problem}${fix ? `. ${fix}` : ''}${neither}`;
}
