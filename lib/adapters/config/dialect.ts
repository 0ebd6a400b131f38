import * as z from 'zod';
import type { Dialect, JsonPaths, Meaning } from '../../core/dialect.ts';
import { accept, field, like, refuse, type OwnDialect, type Read } from '../../core/input/fields.ts';
import { lazily } from '../../core/lazily.ts';
import { ORIGIN_NAME } from '../../core/jobs/job.ts';
import { faultsOfDialect } from './dialect-faults.ts';
import type { Raw } from './raw-dialect.ts';

/** A place in JSON: names and numbers with dots between them. */
const PLACE = /^[\w@$:-]+(\.[\w@$:-]+)*$/;
const PLACE_HINT = 'Write a place in the answer, with dots: error.message, jobs.0.status.';
const CODE = /^\S(?:.{0,98}\S)?$/;

const place = () => like(PLACE, 'a place in an answer', PLACE_HINT);
const places = (hint = PLACE_HINT) =>
  z
    .union([
      like(PLACE, 'a place in an answer', hint),
      z.array(like(PLACE, 'a place in an answer', hint)).min(1),
    ])
    .meta({ hint });

/** The job format of a service that Jobchime does not bring along, read into what the others are. */
export const dialectSchema = lazily(() =>
  z
    .strictObject({
      clouds: z
        .array(like(ORIGIN_NAME, 'the name of a cloud', CLOUDS_HINT))
        .min(1)
        .meta({ hint: CLOUDS_HINT }),
      service: like(
        ORIGIN_NAME,
        'the name of a service',
        'Write the name of the service for the messages: nova.',
      ).optional(),
      host: like(
        /^[a-z0-9][a-z0-9.-]{0,60}$/,
        'the beginning of a host',
        'Write what its hosts begin with on huawei and otc, for example smn.',
      ).optional(),
      method: z.enum(['GET', 'POST']).meta({ hint: 'Write GET or POST.' }).optional(),
      path: field(PATH_HINT, readPath),
      body: z
        .record(z.string(), z.unknown())
        .meta({ hint: 'Write a mapping, which POST sends as JSON; {job_id} is filled in.' })
        .optional(),
      job: like(
        /^[\w@$:-]+(\.[\w@$:-]+)*(\.\*)?$/,
        'a place in an answer',
        'Write where the job stands in the answer: job, data.job; jobs.* for the one with its id in a list.',
      ).optional(),
      id: places('Write where the answer repeats the id of the job, or none where it does not.'),
      type: places().optional(),
      status: places(
        'Write where the status stands; its value may be text, a number or true and false.',
      ).optional(),
      began_at: places().optional(),
      ended_at: places().optional(),
      code: places().optional(),
      reason: places('Write where words on a failure stand, the most telling first.').optional(),
      sub_jobs: place().optional(),
      needs_all_sub_jobs: z
        .literal(true)
        .meta({ hint: 'Write true: a job has failed if one of its sub-jobs has.' })
        .optional(),
      entities: place().optional(),
      works_on: places('Write where it stands what the job worked on, outside of entities.').optional(),
      words: meanings(
        z.array(
          z
            .union([z.string(), z.number(), z.boolean()])
            .meta({ hint: 'Write a word, a number or true or false.' }),
        ),
        'Give the words of status under running, succeeded, failed and awaiting_payment.',
      ).optional(),
      otherwise: z
        .literal('running')
        .meta({ hint: 'Write running: any other word says that the job goes on.' })
        .optional(),
      failed_if: places('Write places where something stands only if the job has failed: error.').optional(),
      running_if: places(
        'Write places where something stands only while the job goes on: OS-EXT-STS:task_state.',
      ).optional(),
      not_failures: places('Write places of errors that do not make a failure of a success.').optional(),
      http_status: meanings(
        z.array(z.int().min(200).max(599).meta({ hint: 'Write HTTP statuses.' })),
        'Give HTTP statuses under running, succeeded and failed.',
      ).optional(),
      faults: z
        .strictObject({
          throttled: codes(),
          denied: codes(),
          misrouted: codes(),
          unavailable: codes(),
          malformed: codes(),
          not_found: codes(),
        })
        .meta({
          hint: 'Give codes of errors under throttled, denied, misrouted, unavailable, malformed and not_found.',
        })
        .optional(),
    })
    .superRefine((it, ctx) => {
      for (const { path, message, fix } of faultsOfDialect(it))
        ctx.addIssue({ code: 'custom', path, message, params: { fix } });
    })
    .transform(readDialect)
    .meta({ hint: 'Give clouds, path, id, status, words and failed_if (docs/dialects.md).' }),
);

const CLOUDS_HINT = 'Write a list of clouds that have it: [openstack]. huawei and otc are known.';
const PATH_HINT = 'Write the path of the job query, for example /v2.1/servers/{job_id}.';

const codes = () =>
  z
    .array(
      like(
        CODE,
        'a code',
        'Write a code as the service does; one that ends in * stands for all that begin so.',
      ),
    )
    .meta({ hint: 'Write a list of codes.' })
    .optional();

function meanings<T extends z.ZodType>(list: T, hint: string) {
  const one = list.meta({ hint }).optional();
  return z.strictObject({ running: one, succeeded: one, failed: one, awaiting_payment: one }).meta({ hint });
}

const FILLED = /\{(project_id|job_id|region)\}/g;

/** It goes to the endpoint's host and nowhere else, whatever it holds. */
function readPath(text: string): Read<string> {
  const bare = text.replaceAll(FILLED, 'x');
  if (/[{}]/.test(bare))
    return refuse(
      'has a place that nothing is filled into',
      'Use {project_id}, {job_id} and {region} alone.',
    );
  if (!/^\/(?!\/)[\w.~!$&'()*+,;=:@%/?[\]-]*$/.test(bare)) return refuse('is not a path');
  if (/(^|\/)(\.|%2e){1,2}(\/|$|\?)/i.test(bare)) return refuse('has a step upwards');
  return accept(text);
}

const listOf = (given: string | readonly string[] | undefined): readonly string[] => [given ?? []].flat();
/** Nothing stands there, so nothing is read. */
const NOWHERE = '';

function readDialect(it: Raw): OwnDialect {
  const { words = {}, http_status: statuses = {}, faults = {} } = it;
  const entries = Object.entries(words) as [Meaning, (string | number | boolean)[]][];
  const status = Object.fromEntries(
    entries.flatMap(([meaning, list]) => list.map((word) => [wordOf(word), meaning])),
  );
  const byStatus = Object.entries(statuses) as [Meaning, number[]][];
  const http = Object.fromEntries(byStatus.flatMap(([meaning, list]) => list.map((code) => [code, meaning])));
  const id: JsonPaths = it.id === 'none' ? [] : it.id;
  const dialect: Dialect = {
    service: it.service ?? NOWHERE,
    host: it.host ?? NOWHERE,
    path: it.path,
    ...(it.method && { method: it.method }),
    ...(it.body && { body: JSON.stringify(it.body) }),
    job: it.job ?? '',
    subJobs: it.sub_jobs ?? NOWHERE,
    fields: {
      id,
      type: it.type ?? [],
      status: it.status ?? [],
      beganAt: it.began_at ?? [],
      endedAt: it.ended_at ?? [],
      code: it.code ?? [],
      reasons: listOf(it.reason),
      entities: it.entities ?? NOWHERE,
      worksOn: listOf(it.works_on),
    },
    status,
    ...(it.otherwise && { otherwise: it.otherwise }),
    ...(it.needs_all_sub_jobs && { needsAll: true }),
    ...(Object.keys(http).length > 0 && { http }),
    ...(it.failed_if && { failedIf: listOf(it.failed_if) }),
    ...(it.running_if && { runningIf: listOf(it.running_if) }),
    doubts: { except: listOf(it.not_failures) },
    faults: { codes: definedOf(faults), gateway: false },
  };
  return { clouds: it.clouds, dialect };
}

export const wordOf = (word: string | number | boolean): string => String(word).trim().toLowerCase();

const definedOf = <T extends object>(it: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(it).filter(([, value]) => value !== undefined)) as never;

/** Of one that could not be read. */
export const NOTHING: Dialect = {
  service: '',
  host: '',
  path: '/',
  job: '',
  subJobs: '',
  fields: {
    id: [],
    type: [],
    status: [],
    beganAt: [],
    endedAt: [],
    code: [],
    reasons: [],
    entities: '',
    worksOn: [],
  },
  status: {},
};
