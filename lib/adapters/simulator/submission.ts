import * as z from 'zod';
import { SYSTEM_NAMES, SYSTEMS } from './systems.ts';
import { traceScript } from './trace-script.ts';

/** A job as somebody scripts it. Durations in milliseconds, at most a year. */
const ms = z.int().min(0).max(31_536_000_000);
const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be 1 to 64 letters, digits and hyphens');
const error = z.strictObject({ code: z.string(), reason: z.string() });
const entities = z.record(z.string(), z.unknown());

const subJob = z.strictObject({
  jobId: id.optional(),
  jobType: z.string().min(1).optional(),
  /** It is not shown before, counted from the moment the parent runs. */
  afterMs: ms.default(0),
  /** How long it is INIT then. */
  initMs: ms.default(0),
  /** How long it runs; by default until nine tenths of the time that the parent runs are over. */
  runMs: ms.optional(),
  /** `never`: it hangs, even when the parent has ended. */
  end: z.enum(['SUCCESS', 'FAIL', 'never']),
  error: error.optional(),
  /** Goes into `entities.errorcode_message` of a failed sub-job: on the real clouds a string that holds JSON. */
  errorcodeMessage: z.string().optional(),
  entities: entities.optional(),
  /** Those of its own. */
  get subJobs() {
    return z.array(subJob).max(100).default([]);
  },
});
export type SubJobScript = z.output<typeof subJob>;

const common = {
  initMs: ms.default(0),
  subJobs: z.array(subJob).max(1_000).default([]),
  /** Shown as soon as the job runs. Without it a successful job shows what its kind of job makes. */
  entities: entities.optional(),
  /** After the submission: until then the job is not found. By default at once, or as long as its system takes. */
  unknownForMs: ms.optional(),
  /** After the submission: from then on the job is unknown. */
  vanishAfterMs: ms.optional(),
  /** Another of the system's spellings of a status: `{"FAIL": "ROLLBACK_FAIL"}`. */
  words: z.partialRecord(z.enum(['INIT', 'RUNNING', 'SUCCESS', 'FAIL']), z.string()).default({}),
};

const life = z.discriminatedUnion('end', [
  z.strictObject({ end: z.literal('SUCCESS'), ...common, runMs: ms }),
  z.strictObject({ end: z.literal('FAIL'), ...common, runMs: ms, error: error.optional() }),
  /** Waits for the payment after INIT; once paid it runs and succeeds, unpaid it stays until it is purged. */
  z.strictObject({
    end: z.literal('PENDING_PAYMENT'),
    ...common,
    runMs: ms.default(0),
    paidAfterMs: ms.optional(),
  }),
  /** Stays RUNNING; `runMs` only bounds its sub-jobs. */
  z.strictObject({ end: z.literal('never'), ...common, runMs: ms.optional() }),
]);
export type Life = z.output<typeof life>;

export const submission = z
  .strictObject({
    system: z.enum(SYSTEM_NAMES),
    /** The first project of the first account by default. */
    projectId: id.optional(),
    jobId: id.optional(),
    jobType: z.string().min(1).optional(),
    life,
    /** How its calls are recorded. */
    trace: traceScript.prefault({}),
  })
  .superRefine((job, context) => {
    for (const [path, message] of misfits(job)) context.addIssue({ code: 'custom', path, message });
  });
export type JobInput = z.input<typeof submission>;
export type Submission = z.output<typeof submission>;

/** How long a sub-job runs; the last tenth of its parent's time is the parent's own, unless scripted. */
export const runMsOf = ({ end, afterMs, initMs, runMs }: SubJobScript, parentMs: number): number =>
  end === 'never' ? Infinity : (runMs ?? Math.max(0, Math.floor(parentMs * 0.9) - afterMs - initMs));

type Misfit = [path: (string | number)[], message: string];

/** What every part allows but the whole does not. */
function* misfits({ system, life }: Pick<Submission, 'system' | 'life'>): Generator<Misfit> {
  if (life.end === 'PENDING_PAYMENT' && !SYSTEMS[system].pendingPayment) {
    const those = SYSTEM_NAMES.filter((name) => SYSTEMS[name].pendingPayment).join(' and ');
    yield [['life', 'end'], `${system} has no PENDING_PAYMENT, only ${those} have; use another end`];
  }
  for (const [status, word] of Object.entries(life.words)) {
    const known: readonly string[] = SYSTEMS[system].words[status as keyof typeof life.words];
    if (known.includes(word)) continue;
    yield [['life', 'words', status], `${system} does not write it so, only ${known.join(' or ')}`];
  }
  if (life.subJobs.length > 0 && !SYSTEMS[system].subJobs) {
    yield [['life', 'subJobs'], `${system} has no sub-jobs; leave them out`];
  }
  yield* misfitsOf(life.subJobs, life.runMs ?? Infinity, system, ['life']);
}

/** Deeper than any batch was seen to nest. */
const DEEPEST = 4;

/** `runMs`: how long the parent runs. */
function* misfitsOf(
  subJobs: readonly SubJobScript[],
  runMs: number,
  system: Submission['system'],
  parent: (string | number)[],
): Generator<Misfit> {
  for (const [i, sub] of subJobs.entries()) {
    const path = [...parent, 'subJobs', i];
    if (sub.end !== 'FAIL' && (sub.error ?? sub.errorcodeMessage) !== undefined) {
      yield [[...path, 'end'], 'must be FAIL for a sub-job with an error'];
    }
    if (sub.errorcodeMessage !== undefined && !SYSTEMS[system].errorcodeMessage) {
      yield [[...path, 'errorcodeMessage'], `${system} has no errorcode_message; use error`];
    }
    if (sub.end !== 'never' && sub.afterMs + sub.initMs + (sub.runMs ?? 0) > runMs) {
      const of = path.length > 3 ? 'its parent' : 'life.runMs';
      yield [
        [...path, 'runMs'],
        `must be at most that of ${of}, with afterMs and initMs: a sub-job ends before its parent`,
      ];
    }
    if (path.length > 1 + 2 * DEEPEST) yield [path, `must not be nested deeper than ${DEEPEST} levels`];
    else yield* misfitsOf(sub.subJobs, runMsOf(sub, runMs), system, path);
  }
}
