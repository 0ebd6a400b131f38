import * as z from 'zod';
import { isSigningKey, SIGNING_KEY } from '../../../receiver/signing-key.ts';
import { readDuration } from '../../core/input/read-duration.ts';
import { windowFields } from '../../core/input/window-fields.ts';
import { readZone, ZONE_HINT } from '../../core/input/zone.ts';
import { isCursor } from '../../core/cursor.ts';
import { GROUP_NAME } from '../../core/jobs/group.ts';
import { ID, ORIGIN_NAME } from '../../core/jobs/job.ts';
import { lazily } from '../../core/lazily.ts';
import { SAMPLE_KINDS } from '../../core/jobs/sample-event.ts';
import { jobSpec } from '../../core/jobs/spec.ts';
import { acceptPattern } from '../../core/notify/pattern.ts';
import { DELIVERY_REASONS, DELIVERY_STATES } from '../../core/notify/delivery.ts';
import { RECOVERABLE } from '../../core/notify/recovery.ts';
import { LANGS } from '../../core/notify/reader.ts';
import { PRESETS, type Preset } from '../../core/notify/presets.ts';
import { CHANNEL_NAMES, ownRequest } from '../channels/registry.ts';

/** Of routes that take no parameters. */
export const nothing = lazily(() => z.strictObject({}).meta({ hint: 'This takes no parameters.' }));

/** In one call. Each costs a row; a store writes them in one go. */
export const MAX_JOBS = 1_000;

export const trackSpec = lazily(() =>
  jobSpec()
    .omit({ deadlineAt: true })
    .extend({
      deadlineAt: z.iso
        .datetime()
        .meta({
          hint: 'Write a time in UTC such as 2026-03-01T12:00:00Z: after it the job is reported as overdue.',
        })
        .optional(),
    })
    .meta({ hint: 'Write a job: its origin, projectId and jobId, and what else there is to say of it.' }),
);

export const trackBody = lazily(() =>
  z
    .union([
      trackSpec(),
      z.strictObject({
        jobs: z
          .array(trackSpec())
          .min(1)
          .max(MAX_JOBS, `holds more than ${MAX_JOBS} jobs`)
          .meta({ hint: `Write a list of 1 to ${MAX_JOBS} jobs; hand more in in several calls.` }),
      }),
    ])
    .meta({ hint: `Write one job, or {"jobs": [...]} with 1 to ${MAX_JOBS} jobs.` }),
);

const call = lazily(() =>
  z.strictObject({
    url: z
      .string()
      .max(2_048)
      .regex(/^https?:\/\/\S+$/i, 'must be the URL that was called')
      .meta({ hint: 'Write the whole URL of the call, as the cloud was sent it.' }),
    method: z
      .string()
      .regex(/^[A-Za-z]{1,10}$/)
      .meta({ hint: 'Write the method of the call, or leave it out.' })
      .optional(),
    body: z.unknown().meta({ hint: "Write the cloud's answer, as text or JSON." }).optional(),
  }),
);
/** What is the same of all jobs of the calls. */
const ofCalls = lazily(() =>
  trackSpec()
    .omit({ origin: true, projectId: true, jobId: true })
    .extend({
      origin: z
        .string()
        .regex(ORIGIN_NAME)
        .meta({ hint: 'Write the name of the only origin that is meant, or leave it out.' })
        .optional(),
    }),
);
/** `{url, body}` of one call, or a list of such. */
export const intakeCalls = lazily(() =>
  z
    .union([
      ofCalls().extend(call().shape),
      ofCalls().extend({
        calls: z
          .array(call())
          .max(MAX_JOBS, `holds more than ${MAX_JOBS} calls`)
          .meta({ hint: `Write a list of up to ${MAX_JOBS} calls, each {"url": ..., "body": ...}.` }),
      }),
    ])
    .meta({ hint: 'Write {"url": ..., "body": ...} of a call, or {"calls": [...]}.' }),
);
/** Anything that may come in from outside; what it is, is told apart by its shape. */
export const intakeBody = lazily(() =>
  z
    .looseObject({})
    .meta({ hint: 'Write {"url": ..., "body": ...} of a call, or what a cloud pushes, as it is.' }),
);

export const jobParams = lazily(() =>
  z.strictObject({
    origin: z.string().regex(ORIGIN_NAME).meta({ hint: 'Write the name of an origin.' }),
    projectId: z.string().regex(ID).meta({ hint: 'Write the project id.' }),
    jobId: z.string().regex(ID).meta({ hint: 'Write the job id.' }),
  }),
);

const limitUpTo = (most: number) =>
  z.coerce
    .number<number>(`must be a whole number from 1 to ${most}`)
    .int(`must be a whole number from 1 to ${most}`)
    .min(1)
    .max(most)
    .default(50)
    .meta({ hint: `Write how many to show at most, 1 to ${most}.` });
const cursor = (isOurs: (text: string) => boolean) =>
  z
    .string()
    .max(2_000, 'is no cursor')
    .refine(isOurs, 'is no cursor')
    .meta({ hint: "Write a former page's next as it is, or leave it out to begin with the first page." })
    .optional();
const page = lazily(() => ({ limit: limitUpTo(200), cursor: cursor(isCursor) }));
/** Of the deliveries of one job: which of its events, and the place within. */
const isPlaceInJob = (text: string): boolean => /^\d\.$/.test(text) || isCursor(text.replace(/^\d\./, ''));

const A_LABEL = z.string().regex(/^[^=]+=.*$/su, 'is no label');
const TEXT = z.string().min(1).max(200);
/** Which jobs, or events of them. */
const filter = lazily(() => ({
  label: z
    .union([A_LABEL, z.array(A_LABEL).max(20)])
    .meta({ hint: 'Write team=web: those with this label. Several: label=team=web&label=env=prod.' })
    .optional(),
  name: TEXT.meta({ hint: 'Write a name; * stands for any characters.' }).optional(),
  group: TEXT.meta({ hint: 'Write the name of a group; * stands for any characters.' }).optional(),
  since: time().optional(),
}));

export const JOB_STATES = ['outstanding', 'succeeded', 'failed', 'lost'] as const;
export const listJobsQuery = lazily(() =>
  z.strictObject({
    state: z
      .enum(JOB_STATES)
      .meta({ hint: `Write one of ${JOB_STATES.join(', ')}.` })
      .optional(),
    origin: z.string().regex(ORIGIN_NAME).meta({ hint: 'Write the name of an origin.' }).optional(),
    jobId: z
      .string()
      .regex(ID)
      .meta({ hint: 'Write a job id: those of the configured origins with this id are listed.' })
      .optional(),
    idEnd: z
      .string()
      .regex(/^[A-Za-z0-9-]{4,64}$/)
      .meta({ hint: 'Write the last characters of a job id, at least 4.' })
      .optional(),
    ...filter(),
    ...page(),
  }),
);
export const pageQuery = lazily(() => z.strictObject(page()));

export const groupParams = lazily(() =>
  z.strictObject({ name: z.string().regex(GROUP_NAME).meta({ hint: 'Write the name of a group.' }) }),
);
export const groupQuery = lazily(() =>
  z.strictObject({
    projects: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}(?:,[A-Za-z0-9-]{1,64})*$/, 'must be project ids, separated by commas')
      .meta({
        hint: 'Write the projects that the token is limited to whose group is meant; left out: those of your own token.',
      })
      .optional(),
  }),
);
const GROUP_STATES = ['open', 'closed', 'ended'] as const;
export const listGroupsQuery = lazily(() =>
  z.strictObject({
    state: z
      .enum(GROUP_STATES)
      .meta({ hint: `Write one of ${GROUP_STATES.join(', ')}.` })
      .optional(),
    ...page(),
  }),
);

const JOB_KEY = /^[a-z0-9][a-z0-9-]{0,39}\/[A-Za-z0-9][A-Za-z0-9-]{0,63}\/[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const jobKey = lazily(() =>
  z.string().regex(JOB_KEY, 'is no key of a job').meta({ hint: 'Write origin/projectId/jobId.' }),
);
const eventId = lazily(() =>
  z
    .string()
    .regex(/^evt_[0-9a-f]{32}$/)
    .meta({ hint: 'Write evt_ and 32 hex digits.' }),
);
const deliveryId = lazily(() =>
  z
    .string()
    .regex(/^dlv_[0-9a-f]{32}$/)
    .meta({ hint: 'Write dlv_ and 32 hex digits.' }),
);

export const listDeliveriesQuery = lazily(() =>
  z
    .strictObject({
      event: eventId().optional(),
      job: jobKey().optional(),
      id: deliveryId().optional(),
      state: z
        .enum(DELIVERY_STATES)
        .meta({ hint: `Write one of ${DELIVERY_STATES.join(', ')}.` })
        .optional(),
      ...page(),
      cursor: cursor(isPlaceInJob),
    })
    .refine(({ event, job }) => !event || !job, 'has both event and job')
    .meta({ hint: 'Give event or job, not both.' }),
);
const time = lazily(() =>
  z.iso.datetime().meta({ hint: 'Write a time in UTC such as 2026-03-01T12:00:00Z.' }),
);
const span = lazily(() => ({
  since: time(),
  until: time().optional(),
  labels: jobSpec().shape.labels,
  perSecond: z
    .number()
    .min(0.1)
    .max(100)
    .meta({ hint: 'Write how many messages go out in a second at most, 0.1 to 100; 10 by default.' })
    .optional(),
  dryRun: z.boolean().meta({ hint: 'Write true to have it counted, and nothing done.' }).optional(),
}));
const SUBSCRIPTION_ID = /^[a-z0-9_-]{1,64}$/;
export const recoverBody = lazily(() =>
  z
    .strictObject({
      ...span(),
      subscription: z
        .string()
        .regex(SUBSCRIPTION_ID)
        .meta({ hint: 'Write the id of a subscription, or its name in the configuration.' })
        .optional(),
      states: z
        .array(z.enum(RECOVERABLE))
        .min(1)
        .max(2)
        .meta({ hint: `Write a list of ${RECOVERABLE.join(' and ')}; both by default.` })
        .optional(),
      reasons: z
        .array(z.enum(DELIVERY_REASONS))
        .min(1)
        .max(DELIVERY_REASONS.length)
        .meta({ hint: `Write a list of reasons: ${DELIVERY_REASONS.join(', ')}.` })
        .optional(),
    })
    .meta({ hint: 'Give since, and what else tells which deliveries are meant.' }),
);
export const replayBody = lazily(() =>
  z.strictObject(span()).meta({ hint: 'Give since: from when on the events are meant.' }),
);
export type RecoverBody = z.output<ReturnType<typeof recoverBody>>;
export type ReplayBody = z.output<ReturnType<typeof replayBody>>;
const PART = 'Write a text of 1 to 100 characters; `*` stands for any.';
const part = () => z.string().min(1).max(100).meta({ hint: PART }).optional();
const LABELS = 'Write labels such as {"team": "web"}.';
const MAX_MUTE_MS = 30 * 86_400_000;
export const muteBody = lazily(() =>
  z
    .strictObject({
      labels: z
        .record(z.string().min(1).max(64).meta({ hint: LABELS }), z.string().max(256).meta({ hint: LABELS }))
        .meta({ hint: LABELS })
        .optional(),
      name: part(),
      origin: part(),
      kind: part(),
      subscription: part(),
      for: z
        .string()
        .transform((text, ctx) => {
          const read = readDuration(text);
          if (read.ok && read.value <= MAX_MUTE_MS) return read.value;
          ctx.addIssue({ code: 'custom', message: read.ok ? 'must be at most 30d' : read.problem });
          return z.NEVER;
        })
        .meta({ hint: 'Write a duration of at most 30d, for example 2h.' }),
      why: z.string().min(1).max(200).meta({ hint: 'Write why, in 1 to 200 characters.' }),
      failures: z
        .enum(['at_once', 'wait'])
        .meta({ hint: 'Write at_once or wait: what becomes of failures.' })
        .optional(),
    })
    .refine(
      (it) =>
        [it.name, it.origin, it.kind, it.subscription].some((one) => one !== undefined) ||
        Object.keys(it.labels ?? {}).length > 0,
      'does not say what is muted',
    )
    .meta({ hint: 'Give for and why, and at least one of labels, name, origin, kind and subscription.' }),
);
export const muteParams = lazily(() =>
  z.strictObject({
    id: z
      .string()
      .regex(/^mut_[0-9a-f]{24}$/)
      .meta({ hint: 'Write mut_ and 24 hex digits.' }),
  }),
);
export const recoveryParams = lazily(() =>
  z.strictObject({
    id: z
      .string()
      .regex(/^rcv_[0-9a-f]{24}$/)
      .meta({ hint: 'Write rcv_ and 24 hex digits.' }),
  }),
);

const subscriptionId = lazily(() =>
  z
    .string()
    .regex(SUBSCRIPTION_ID)
    .meta({ hint: 'Write the id of a subscription, or its name in the configuration.' }),
);
const sampleAbout = lazily(() => ({
  origin: z.string().regex(ORIGIN_NAME).meta({ hint: 'Write the name of an origin.' }).optional(),
  projectId: z.string().regex(ID).meta({ hint: 'Write the project id.' }).optional(),
  name: jobSpec().shape.name,
  labels: jobSpec().shape.labels,
  requestedBy: jobSpec().shape.requestedBy,
  subscription: subscriptionId().optional(),
}));
const SAMPLE_FIELDS = ['origin', 'projectId', 'name', 'labels', 'requestedBy', 'subscription'] as const;
const sampleKind = lazily(() =>
  z.enum(SAMPLE_KINDS).meta({ hint: `Write one of ${SAMPLE_KINDS.join(', ')}.` }),
);
export const routesTestBody = lazily(() =>
  z
    .strictObject({
      event: eventId().optional(),
      job: jobKey().optional(),
      sample: sampleKind().optional(),
      ...sampleAbout(),
      at: time().optional(),
    })
    .superRefine((it, ctx) => {
      const issue = (field: string, message: string, fix: string): void =>
        ctx.addIssue({ code: 'custom', path: [field], message, params: { fix } });
      const { event, job, sample } = it;
      if (event === undefined && job === undefined && sample === undefined)
        issue('sample', 'is missing', 'Give event, job or sample: which event is meant.');
      if (event !== undefined && (job !== undefined || sample !== undefined))
        issue(
          'event',
          'goes with neither job nor sample',
          'Give one of them; a job and a sample go together.',
        );
      const field = SAMPLE_FIELDS.find((name) => it[name] !== undefined);
      if (field !== undefined && sample === undefined)
        issue(
          field,
          'goes with sample: an event that there is has its own',
          'Give sample too, or leave it out.',
        );
    })
    .meta({ hint: 'Give event, job or sample: which event is meant, and at: when.' }),
);
export const drillBody = lazily(() =>
  z
    .strictObject({
      sample: sampleKind().default('job.failed'),
      to: subscriptionId().optional(),
      ...sampleAbout(),
    })
    .meta({ hint: 'Give to, for one subscription, or labels and what else says what the drill is about.' }),
);
export type DrillBody = z.output<ReturnType<typeof drillBody>>;
export type RoutesTestBody = z.output<ReturnType<typeof routesTestBody>>;

export const deliveryParams = lazily(() => z.strictObject({ eventId: eventId(), deliveryId: deliveryId() }));
/** Some 30 KB each at most. */
export const MAX_EVENTS = 1_000;
/** What stands between a client and us ends a request that has had no answer for a minute, or for half of one. */
export const MAX_WAIT_SECONDS = 30;
export const listEventsQuery = lazily(() =>
  z
    .strictObject({
      job: jobKey().optional(),
      after: z
        .literal('')
        .or(eventId())
        .meta({
          hint: 'Write the id of an event (evt_ and 32 hex digits), or nothing to begin with the oldest.',
        })
        .optional(),
      ...filter(),
      limit: limitUpTo(MAX_EVENTS),
      wait: z.coerce
        .number<number>(`must be a whole number of seconds from 0 to ${MAX_WAIT_SECONDS}`)
        .int(`must be a whole number of seconds from 0 to ${MAX_WAIT_SECONDS}`)
        .min(0)
        .max(MAX_WAIT_SECONDS)
        .meta({
          hint: `Write how many seconds to wait for the next event, 0 to ${MAX_WAIT_SECONDS}. It goes with after.`,
        })
        .optional(),
    })
    .refine(({ wait, after }) => wait === undefined || after !== undefined, {
      path: ['wait'],
      error: 'goes with after: only the feed can be waited for',
    })
    .refine(({ job, after }) => job === undefined || after === undefined, 'has both job and after')
    .meta({ hint: 'Give job or after, not both.' }),
);

export const PRESET_NAMES = Object.keys(PRESETS) as Preset[];
const NO_KEY = 'is not a webhook signing key';
const template = () =>
  z
    .string()
    .max(8_192, 'must be at most 8192 characters')
    .meta({ hint: 'Write a template in Liquid (docs/templates.md).' });
const definition = lazily(() => ({
  name: z
    .string()
    .regex(/^[^\p{Cc}\p{Cs}]{1,64}$/u, 'must be 1 to 64 characters, no line breaks')
    .meta({ hint: 'Write what people call it, in 1 to 64 characters.' }),
  on: z
    .enum(PRESET_NAMES)
    .meta({ hint: `Write one of ${PRESET_NAMES.join(', ')}.` })
    .optional(),
  pattern: z
    .record(z.string(), z.unknown())
    .superRefine(checkPattern)
    .meta({ hint: 'Write an EventBridge event pattern.' })
    .optional(),
  lang: z
    .enum(LANGS)
    .meta({ hint: `Write ${LANGS.join(', ')}: the language of its messages.` })
    .optional(),
  zone: z
    .string()
    .refine((text) => readZone(text).ok, 'is not the name of a time zone')
    .meta({ hint: ZONE_HINT })
    .optional(),
  ...windowFields(),
  template: z
    .strictObject({ title: template().optional(), text: template().optional() })
    .refine(({ title, text }) => title !== undefined || text !== undefined, 'says nothing')
    .nullable()
    .meta({
      hint: 'Give title or text, templates in Liquid (docs/templates.md); null for the built-in message.',
    })
    .optional(),
  ordered: z
    .boolean()
    .meta({ hint: 'Write true: the next event of a job waits until the one before has ended; or false.' })
    .optional(),
  target: z
    .string()
    .min(1)
    .max(2_000, 'must be at most 2000 characters')
    .meta({ hint: 'Write the https URL that the channel posts to, or one mail address.' }),
  signingKeys: z
    .array(
      z
        .string()
        .check(z.regex(SIGNING_KEY, { error: NO_KEY, abort: true }))
        .refine(isSigningKey, NO_KEY)
        .meta({ hint: 'Write whsec_ and 24 to 64 random bytes in base64.' }),
    )
    .min(1)
    .max(4)
    .meta({
      hint: 'Write one to four keys, the newest first: whsec_ and 24 to 64 random bytes in base64. Only for webhooks.',
    })
    .optional(),
  request: ownRequest().optional(),
  skipChallenge: z
    .boolean()
    .meta({
      hint: 'Write true to send to a webhook that has not answered the challenge. Who wanted that is kept.',
    })
    .optional(),
}));

const MAX_OVERLAP_SECONDS = 7 * 24 * 3_600;
const OVERLAP = `must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`;
export const rotation = lazily(() =>
  z
    .strictObject({
      overlapSeconds: z
        .number(OVERLAP)
        .int(OVERLAP)
        .min(0, OVERLAP)
        .max(MAX_OVERLAP_SECONDS, OVERLAP)
        .default(24 * 3_600)
        .meta({
          hint: 'Write for how many seconds messages are signed with the old keys too: 0 to 604800, which is 7 days.',
        }),
    })
    .meta({ hint: 'Give overlapSeconds, or nothing for 24 hours.' }),
);

export const newSubscription = lazily(() =>
  z
    .strictObject({
      ...definition(),
      channel: z.enum(CHANNEL_NAMES).meta({ hint: `Write one of ${CHANNEL_NAMES.join(', ')}.` }),
    })
    .superRefine((it, ctx) => {
      if ((it.on === undefined) === (it.pattern === undefined)) {
        const message =
          it.on === undefined ? 'does not say which events it wants' : "has both 'on' and 'pattern'";
        const fix = `Give either on (${PRESET_NAMES.join(', ')}) or pattern.`;
        ctx.addIssue({ code: 'custom', path: ['on'], message, params: { fix } });
      }
    })
    .meta({ hint: 'Give name, on or pattern, channel and target.' }),
);
export type NewSubscription = z.output<ReturnType<typeof newSubscription>>;

export const subscriptionChange = lazily(() =>
  z
    .strictObject({
      ...definition(),
      name: definition().name.optional(),
      target: definition().target.optional(),
      digest: definition().digest.nullable(),
      quiet: definition().quiet.nullable(),
      request: ownRequest()
        .nullable()
        .meta({ hint: 'Write all of it anew, or null: it replaces what there was.' })
        .optional(),
    })
    .superRefine((it, ctx) => {
      if (it.on === undefined || it.pattern === undefined) return;
      const fix = 'Give one of the two: it replaces the other.';
      ctx.addIssue({ code: 'custom', path: ['on'], message: "has both 'on' and 'pattern'", params: { fix } });
    })
    .refine((it) => Object.keys(it).length > 0, 'changes nothing')
    .meta({
      hint: 'Give at least one of name, on, pattern, lang, zone, template, fold, rollup, digest, quiet, ordered, target, signingKeys, request and skipChallenge.',
    }),
);
export type SubscriptionChange = z.output<ReturnType<typeof subscriptionChange>>;

function checkPattern(raw: unknown, ctx: z.core.$RefinementCtx): void {
  const compiled = acceptPattern(raw);
  if (compiled.ok) return;
  for (const { path, problem, fix } of compiled.problems.slice(0, 10)) {
    ctx.addIssue({ code: 'custom', message: `${path} ${problem}`.trim(), params: { fix } });
  }
}

export const subscriptionParams = lazily(() =>
  z.strictObject({
    id: z
      .string()
      .regex(SUBSCRIPTION_ID)
      .meta({ hint: 'Write the id of a subscription, or its name in the configuration.' }),
  }),
);
export const confirmParams = lazily(() =>
  z.strictObject({
    token: z.string().max(2_000).meta({ hint: 'Follow the link in the mail as it is.' }),
  }),
);
/** What follows the link of a mail adds parameters of its own, which mean nothing here. */
export const anyQuery = lazily(() => z.looseObject({}));
export const unsubscribeParams = lazily(() =>
  z.strictObject({
    token: z.string().max(2_000).meta({ hint: 'Follow the link in the mail as it is.' }),
  }),
);
