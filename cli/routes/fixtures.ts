import * as z from 'zod';
import { readYaml } from '../../lib/adapters/config/yaml.ts';
import { readLocalTime } from '../../lib/core/input/local-time.ts';
import { explain, renderPath, renderProblems } from '../../lib/core/input/problems.ts';
import { readZone, ZONE_HINT } from '../../lib/core/input/zone.ts';
import { SAMPLE_KINDS, type SampleKind } from '../../lib/core/jobs/sample-event.ts';

/** One line of a file with routes: an event, and where it must go. */
export interface Fixture {
  /** As people are told of it. */
  title: string;
  line: number;
  sample: SampleKind;
  about: { labels?: Record<string, string>; name?: string; origin?: string; projectId?: string };
  /** Epoch milliseconds; left out: now. */
  at?: number;
  /** Subscriptions that must get it, and these alone. */
  to?: string[];
  /** Those that must get it; others may, too. */
  includes?: string[];
  /** Those that must not. */
  excludes?: string[];
}

const names = (hint: string) => z.array(z.string()).meta({ hint }).optional();
const text = (hint: string) => z.string().meta({ hint }).optional();

const fixture = z
  .strictObject({
    title: text('Write in a sentence what must hold.'),
    event: z.enum(SAMPLE_KINDS).meta({ hint: `Write one of ${SAMPLE_KINDS.join(', ')}.` }),
    labels: z
      .record(z.string(), z.string())
      .meta({ hint: 'Write labels of the job: { team: web }.' })
      .optional(),
    name: text('Write what people call the job.'),
    origin: text('Write the name of an origin.'),
    project: text('Write the project id.'),
    at: text('Write a date and a time such as 2026-03-29T02:30.'),
    zone: z
      .string()
      .refine((zone) => readZone(zone).ok, 'is not the name of a time zone')
      .meta({ hint: ZONE_HINT })
      .default('UTC'),
    to: names('Write a list of subscriptions: these and no others get it. [] means nobody.'),
    includes: names('Write a list of subscriptions that get it; others may, too.'),
    excludes: names('Write a list of subscriptions that do not get it.'),
  })
  .superRefine((it, ctx) => {
    const issue = (path: string[], message: string, fix: string): void =>
      ctx.addIssue({ code: 'custom', path, message, params: { fix } });
    if (it.to === undefined && it.includes === undefined && it.excludes === undefined)
      issue(
        [],
        'does not say where the event must go',
        'Give to, includes or excludes: lists of subscriptions.',
      );
    const at = it.at === undefined ? null : readLocalTime(it.at, it.zone);
    if (at && !at.ok) issue(['at'], at.problem, at.fix ?? '');
  })
  .meta({ hint: 'Write an event, and to, includes or excludes.' });
const file = z
  .strictObject({
    routes: z.array(fixture).min(1).meta({ hint: 'Write a list: each an event and where it must go.' }),
  })
  .meta({ hint: 'Write routes: and below it a list.' });

/** Reads a file with routes. `problems`: what is wrong in it, in words for people. */
export function readFixtures(content: string, path: string): { fixtures: Fixture[] } | { problems: string } {
  const yaml = readYaml(content);
  if (!yaml.ok)
    return {
      problems: renderProblems(
        yaml.problems.map((it) => ({ where: '', ...it })),
        path,
      ),
    };
  const parsed = file.safeParse(yaml.value);
  if (!parsed.success) {
    const faults = explain(parsed.error.issues, file, yaml.value).map(({ path: where, problem, fix }) => ({
      where: renderPath(where),
      ...yaml.positionOf(where),
      problem,
      fix,
    }));
    return { problems: renderProblems(faults, path) };
  }
  const fixtures = parsed.data.routes.map((it, n): Fixture => {
    const at = it.at === undefined ? null : readLocalTime(it.at, it.zone);
    return {
      title: it.title ?? titleOf(it),
      line: yaml.positionOf(['routes', n]).line,
      sample: it.event,
      about: {
        ...(it.labels && { labels: it.labels }),
        ...(it.name !== undefined && { name: it.name }),
        ...(it.origin !== undefined && { origin: it.origin }),
        ...(it.project !== undefined && { projectId: it.project }),
      },
      ...(at?.ok && { at: at.value }),
      ...(it.to && { to: it.to }),
      ...(it.includes && { includes: it.includes }),
      ...(it.excludes && { excludes: it.excludes }),
    };
  });
  return { fixtures };
}

function titleOf({ event, labels = {} }: z.output<typeof fixture>): string {
  const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [event, ...words].join(' ');
}

/** Who gets it and must not, and who must and does not; none: all is as it must be. `idOf`: of a name or an id. */
export function mismatches(
  { to, includes = [], excludes = [] }: Fixture,
  got: readonly string[],
  idOf: (name: string) => string,
): { id: string; gets: boolean }[] {
  const wanted = [...(to ?? []), ...includes].map(idOf);
  const barred = excludes.map(idOf);
  const unwanted = got.filter((id) => barred.includes(id) || (to !== undefined && !wanted.includes(id)));
  return [
    ...wanted.filter((id) => !got.includes(id)).map((id) => ({ id, gets: false })),
    ...unwanted.map((id) => ({ id, gets: true })),
  ];
}
