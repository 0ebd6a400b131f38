import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Client } from '../../client/index.ts';
import { readLocalTime } from '../../lib/core/input/local-time.ts';
import { readZone } from '../../lib/core/input/zone.ts';
import { eventAsked, readBy, withSample, type Which } from '../event-options.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import type { Fixture, mismatches as Mismatches } from '../routes/fixtures.ts';
import { shownRoutes } from '../routes/show.ts';
import { withApi, type Where } from '../with-api.ts';
import { counted } from '../words.ts';

export const routesCommand = (): Command =>
  teach(
    new Command('routes')
      .description('Find out where events go, without sending any.')
      .addCommand(testCommand())
      .addCommand(checkCommand()),
    [
      {
        says: 'Who would hear of a failed job of team web',
        run: 'jobchime routes test --sample job.failed --label team=web',
      },
    ],
  );

type TestOptions = Where & Which & { at?: string; zone: string; json?: boolean };

const testCommand = (): Command =>
  teach(
    withSample(
      new Command('test')
        .description('Show which subscriptions get an event and when, which do not, and why.')
        .argument('[event]', 'the id of an event that was published')
        .option('--job <job>', 'the newest event of this job; with --sample one that is about this job'),
      'an event of this kind that did not happen',
    )
      .option('--at <time>', 'as it is then, for instance 2026-03-29T02:30 (default: now)')
      .addOption(
        new Option('--zone <zone>', 'the time zone of --at and of what is shown')
          .default('UTC')
          .argParser(readBy(readZone)),
      )
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((id: string | undefined, options: TestOptions) =>
        withApi(options, async ({ client }) => {
          const at = atOf(options);
          const asked = await eventAsked(client, id, options);
          const tested = await client.routes.test({ ...asked, ...(at !== null && { at }) });
          console.log(options.json ? JSON.stringify(tested, null, 2) : shownRoutes(tested, options.zone));
        }),
      ),
    [
      {
        says: 'Who would hear of a failed job of team web',
        run: 'jobchime routes test --sample job.failed --label team=web',
      },
      {
        says: 'And in the night, by the clocks of Berlin',
        run: 'jobchime routes test --sample job.failed --at 2026-03-29T02:30 --zone Europe/Berlin',
      },
      {
        says: 'Who gets the newest event of a job',
        run: 'jobchime routes test --job 2c9eb2c5544cbf6101544f0602af2b4f',
      },
      {
        says: 'What if that job failed',
        run: 'jobchime routes test --job 2c9eb2c5544cbf6101544f0602af2b4f --sample job.failed --json',
      },
    ],
    `It takes the steps that a real event takes, with the subscriptions and the state of their targets as they are now. Nothing is
sent. A token that is limited to projects sees who gets events of these, and not who does not.`,
  );

function atOf({ at, zone }: TestOptions): string | null {
  if (at === undefined) return null;
  const read = readLocalTime(at, zone);
  if (!read.ok) throw new Refusal(`--at ${read.problem}. ${read.fix ?? ''}`.trim());
  return new Date(read.value).toISOString();
}

type CheckOptions = Where & { json?: boolean };

const checkCommand = (): Command =>
  teach(
    new Command('check')
      .description('Check that events go where a file says they must; exit code 1 if one does not.')
      .argument('<file>', 'what must go where, as YAML')
      .addOption(jsonOption('the outcome of each, one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((file: string, options: CheckOptions) =>
        withApi(options, async ({ client }) => {
          // With it come YAML and zod.
          const { mismatches, readFixtures } = await import('../routes/fixtures.ts');
          const read = readFixtures(contentOf(file), file);
          if ('problems' in read) throw new Refusal(read.problems);
          const outcomes = [];
          for (const one of read.fixtures) outcomes.push(await outcomeOf(client, one, mismatches));
          const wrong = outcomes.filter(({ problems }) => problems.length > 0);
          if (wrong.length > 0) process.exitCode = 1;
          if (options.json) for (const one of outcomes) console.log(JSON.stringify(one));
          else console.log(report(outcomes, file));
        }),
      ),
    [{ says: 'In the pipeline that changes the configuration', run: 'jobchime routes check routes.yaml' }],
    `docs/routes.md has the format of the file. What counts is who gets an event, whether at once or later:
a subscription that is paused gets it too.`,
  );

interface Outcome {
  title: string;
  line: number;
  ok: boolean;
  to: string[];
  problems: string[];
}

async function outcomeOf(client: Client, fixture: Fixture, mismatches: typeof Mismatches): Promise<Outcome> {
  const { title, line, sample, about, at } = fixture;
  const { routes } = await client.routes.test({
    sample,
    ...about,
    ...(at !== undefined && { at: new Date(at).toISOString() }),
  });
  const known = new Map(
    routes.flatMap((one) => [[one.name, one] as const, [one.subscription, one] as const]),
  );
  const to = routes.filter(({ by }) => by !== null).map(({ subscription }) => subscription);
  const problems = mismatches(fixture, to, (name) => known.get(name)?.subscription ?? name).map(
    ({ id, gets }) => {
      if (gets) return `${id} gets it`;
      const why = known.has(id)
        ? known.get(id)!.mismatch
        : 'there is none of this name, or none that is seen here';
      return `${id} does not get it${why === null ? '' : `: ${why}`}`;
    },
  );
  // A token that is limited to projects sees no subscription that does not get the event.
  const seesAll = routes.some(({ by }) => by === null);
  const misspelt = seesAll ? (fixture.excludes ?? []).filter((name) => !known.has(name)) : [];
  problems.push(...misspelt.map((name) => `${name} cannot be excluded: there is none of this name`));
  return { title, line, ok: problems.length === 0, to, problems };
}

function report(outcomes: readonly Outcome[], file: string): string {
  const lines = outcomes.flatMap(({ title, line, ok, problems }) =>
    ok ? [`ok    ${title}`] : [`WRONG ${title} (${file}:${line})`, ...problems.map((it) => `      ${it}`)],
  );
  const wrong = outcomes.filter(({ ok }) => !ok).length;
  const all = counted(outcomes.length, 'route');
  return [
    ...lines,
    '',
    wrong === 0 ? `${all}, as they must be.` : `${all}, ${wrong} not as it must be.`,
  ].join('\n');
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
