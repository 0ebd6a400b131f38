import { WINDOW_REASONS } from '../../core/jobs/summary-data.ts';
import { windowFields } from '../../core/input/window-fields.ts';
import * as z from 'zod';
import { eventSchemas } from '../../core/jobs/event-schema.ts';
import { CLOSERS } from '../../core/jobs/group.ts';
import { lazily } from '../../core/lazily.ts';
import { CHANNEL_NAMES } from '../channels/registry.ts';
import * as requests from './requests.ts';
import { RECOVERABLE } from '../../core/notify/recovery.ts';
import { FATES } from '../../core/notify/routing.ts';
import { DELIVERY_STATES } from '../../core/notify/delivery.ts';
import { LANGS } from '../../core/notify/reader.ts';

/**
 * What goes out. Nothing is checked against it when it does: it types the handlers and the client, and stands in the OpenAPI
 * document, which is made at its first request.
 */
export const outgoing = lazily(() => {
  const { event, jobData, groupData } = eventSchemas();

  const fieldProblem = z.object({
    in: z.enum(['body', 'query', 'path', 'header']),
    field: z.string().describe('For instance `jobs[3].labels`; empty where the whole is meant'),
    problem: z.string(),
    fix: z.string(),
  });

  const problem = z
    .object({
      type: z.string().describe('`urn:jobchime:problem:` and the kind: for programs'),
      title: z.string(),
      status: z.int(),
      detail: z.string().describe('What is wrong this time, and what to do'),
      errors: z.array(fieldProblem).optional().describe('The fields that are at fault'),
    })
    .meta({ description: 'What is wrong, as RFC 9457 has it' });

  /** Schemas that have a name in the OpenAPI document. */
  const NAMED: [id: string, schema: z.ZodType][] = [
    ['Problem', problem],
    ['JobSpec', requests.trackSpec()],
    ['NewSubscription', requests.newSubscription()],
    ['SubscriptionChange', requests.subscriptionChange()],
  ];
  function named<S extends z.ZodType>(id: string, schema: S): S {
    NAMED.push([id, schema]);
    return schema;
  }

  const time = z.iso.datetime().describe('UTC, ISO 8601');
  const timeOrNull = time.nullable();
  const text = z.string().nullable();
  const { JOB_STATES, PRESET_NAMES } = requests;

  const problemOfSpec = z.object({ field: z.string(), problem: z.string(), fix: z.string() });
  const tracked = z.object({
    outcome: z.enum(['tracked', 'already_tracked']),
    group: jobData.shape.job.shape.group,
    key: z.string(),
    state: z.enum(JOB_STATES),
    added: z
      .array(z.string())
      .optional()
      .describe(
        'Of one that was tracked already: the recipients that were added; they get its end even if it has ended already',
      ),
    warnings: z
      .array(problemOfSpec)
      .optional()
      .describe('Of one that was tracked already: what was said of it and stays as it was'),
  });
  const trackResult = named(
    'TrackResult',
    z.discriminatedUnion('outcome', [
      tracked,
      z.object({ outcome: z.literal('refused'), problems: z.array(problemOfSpec) }),
    ]),
  );
  const trackedMany = z.object({ results: z.array(trackResult).describe('In the order of the jobs') });

  const summary = {
    key: z.string().describe('origin/projectId/jobId'),
    origin: z.string(),
    projectId: z.string(),
    jobId: z.string(),
    service: z.string(),
    cloud: z.string(),
    region: z.string(),
    name: text,
    labels: z.record(z.string(), z.string()),
    requestedBy: text,
    group: jobData.shape.job.shape.group,
    correlationId: text,
    consoleUrl: text.describe("What it works on in the cloud's console, or all of its kind"),
    state: z.enum(JOB_STATES),
    lostReason: text.describe('Why a lost job is lost'),
    status: text.describe("The cloud's own word"),
    jobType: text,
    beganAt: text.describe("The cloud's own time"),
    endedAt: text.describe("The cloud's own time"),
    trackedAt: time,
    detectedAt: timeOrNull.describe('When its end was found out'),
    deadlineAt: timeOrNull,
    checkedAt: timeOrNull.describe('When it was last checked; on AWS up to five minutes behind'),
    nextCheckAt: timeOrNull.describe('Null once it has ended for good; one that is past is due'),
  };
  const jobSummary = named(
    'JobSummary',
    z.object({ ...summary, error: z.object({ code: text, reason: text }).nullable() }),
  );
  const job = named(
    'Job',
    z.object({
      ...summary,
      error: jobData.shape.error,
      subJobs: jobData.shape.subJobs.nullable(),
      entities: z.record(z.string(), z.unknown()),
    }),
  );

  const attempt = z.object({
    at: time,
    ms: z.number().nullable(),
    reason: text,
    detail: z.string(),
    counts: z
      .boolean()
      .describe('False where the endpoint only asked to wait, and where somebody asked for this attempt'),
  });
  const folded = z
    .object({ group: z.string(), delivery: text.describe('Null until that has its message') })
    .optional()
    .describe(
      'Not sent for itself: the group whose message tells of it, and the delivery of that: eventId/deliveryId',
    );
  const delivery = named(
    'Delivery',
    z.object({
      id: z.string(),
      eventId: z.string(),
      kind: z.string(),
      subject: z.string(),
      subscription: z.string(),
      channel: z.enum(CHANNEL_NAMES),
      target: z.string().describe('Shortened so that it gives nothing away'),
      state: z.enum(DELIVERY_STATES),
      reason: text,
      folded,
      attempts: z.array(attempt).describe('The newest 20'),
      window: z
        .object({
          why: z.enum(WINDOW_REASONS).describe('Why it is gathered'),
          delivery: text.describe('Of what is gathered: the id of the delivery whose message tells of it'),
          mute: text.describe('Of what is muted: by which mute'),
        })
        .nullable()
        .describe('Of what is `gathered` or `bundled`, and of the message of a window'),
      asked: z
        .array(
          z.object({
            at: time,
            by: z.string().describe('Name of a token, or `command line`'),
            how: z.enum(['redeliver', 'recover', 'replay']),
            recovery: z.string().optional().describe('The recovery that it was a part of'),
          }),
        )
        .describe('Who asked for it beyond its schedule; the newest 10'),
      createdAt: time,
      nextTryAt: timeOrNull,
    }),
  );

  const explanation = named(
    'Explanation',
    z.object({
      job,
      notify: z
        .array(z.string())
        .describe('Recipients of the events of this job in addition to the subscriptions'),
      whyNextCheck: text.describe('To go on after "because"; null once it has ended for good'),
      history: z.array(z.object({ at: time, reason: z.string(), detail: z.string() })),
      events: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          published: z.boolean(),
          deliveries: z.array(
            delivery.pick({
              id: true,
              subscription: true,
              channel: true,
              target: true,
              state: true,
              reason: true,
              folded: true,
              attempts: true,
              asked: true,
              window: true,
              nextTryAt: true,
            }),
          ),
          unmatched: z.array(z.object({ subscription: z.string(), why: z.string() })),
        }),
      ),
    }),
  );

  const subscription = named(
    'Subscription',
    z.object({
      id: z.string(),
      name: z.string(),
      from: z
        .enum(['config', 'api'])
        .describe('Those of the configuration can be paused and tested, not changed'),
      state: z
        .enum(['active', 'paused', 'confirming', 'locked', 'unverified', 'invalid'])
        .describe(
          '`locked`: its secrets cannot be opened with the configured key; `unverified`: its target has not answered the challenge; `invalid`: its pattern cannot be used',
        ),
      on: z.enum(PRESET_NAMES).nullable(),
      pattern: z.unknown(),
      channel: z.enum(CHANNEL_NAMES),
      ordered: z
        .literal(true)
        .optional()
        .describe('The next event of a job waits until the one before is delivered, given up or expired'),
      ...windowFields(),
      lang: z.enum(LANGS).optional().describe('Of its messages; left out: `en`'),
      zone: z.string().optional().describe('Of the times in its messages; left out: `UTC`'),
      template: z
        .object({ title: z.string().optional(), text: z.string().optional() })
        .optional()
        .describe('Of its messages in its own words; left out: the built-in message'),
      targets: z.array(
        z.object({
          shown: z.string().describe('Shortened so that it gives nothing away'),
          state: z
            .enum(['ok', 'failing', 'disabled'])
            .describe('`failing`: nothing has arrived for a day, or a message was given up'),
          reason: text.describe('Why it is failing or disabled'),
          since: timeOrNull,
        }),
      ),
      held: z.int().describe('Deliveries that wait until it is resumed'),
      keys: z
        .array(z.object({ until: timeOrNull.describe('Null: until it is rotated') }))
        .optional()
        .describe('Of a webhook: with how many keys its messages are signed now, the newest first'),
      request: z
        .object({
          method: z.string().optional(),
          headers: z.array(z.string()).optional().describe('Their names'),
          contentType: z.string().optional(),
          body: z.string().optional(),
          path: z.string().optional(),
          secrets: z.array(z.string()).optional().describe('Their names'),
          auth: z.literal(true).optional(),
          ca: z.string().optional(),
          cert: z.string().optional(),
          timeoutSeconds: z.number().optional(),
          success: z
            .object({ json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) })
            .optional(),
        })
        .optional()
        .describe('Of a webhook: how its receiver wants a request; no value that may let one in'),
      rotated: z
        .object({ at: time, by: z.string().describe('Name of a token, or `command line`') })
        .optional()
        .describe('The last rotation of its keys'),
      verification: z
        .object({
          state: z.enum(['unverified', 'verified', 'skipped']),
          at: time,
          by: text.describe('Who wanted it to be sent to without the challenge'),
          detail: text.describe('Why it is unverified'),
        })
        .optional()
        .describe('Of a webhook made or changed through the API: what came of the challenge'),
      createdAt: timeOrNull,
    }),
  );
  const createdSubscription = named(
    'CreatedSubscription',
    subscription.extend({
      signingKeys: z
        .array(z.string())
        .optional()
        .describe('Of a webhook, if none was given: shown here and never again'),
    }),
  );

  const walked = {
    how: z.enum(['recover', 'replay']),
    since: time,
    until: time,
    subscription: text,
    states: z.array(z.enum(RECOVERABLE)).nullable().describe('Null: both, and of a replay none'),
    reasons: z.array(z.string()).nullable(),
    labels: z.record(z.string(), z.string()),
    events: z.int().describe('Events that were read'),
    sent: z
      .int()
      .describe(
        'Messages that go out, each once for this; those that fail are tried again on their schedule',
      ),
    kept: z
      .int()
      .describe(
        'Messages that wait until their subscription is resumed, or their disabled target takes one that is tried',
      ),
    present: z.int().describe('Of a replay: what the subscription has had'),
    skipped: z
      .record(z.string(), z.int())
      .describe('Why others are not sent: `subscription_removed`, `unsubscribed`, `being_sent`'),
    reachedAt: time.describe('Up to which time events were read; `until` once it is done'),
  };
  const recovery = named(
    'Recovery',
    z.object({
      id: z.string(),
      state: z.enum(['running', 'done', 'stopped']),
      by: z.string().describe('Who asked: name of a token, or `command line`'),
      ...walked,
      perSecond: z.number(),
      createdAt: time,
      endedAt: timeOrNull,
    }),
  );
  const group = named(
    'Group',
    z.object({
      key: z.string(),
      name: z.string(),
      run: z.int().describe('1, 2, 3 ... of one name: what joins after an end is the next run'),
      state: z.enum(['open', 'closed', 'ended']),
      projects: z
        .array(z.string())
        .nullable()
        .describe(
          'The projects that its name is unique in: those of the token that it was made with; null: all',
        ),
      requestedBy: text,
      expect: z.int().nullable(),
      closedBy: z.enum(CLOSERS).nullable(),
      closedWho: text.describe('Who closed it, where somebody did'),
      closedAt: timeOrNull,
      outcome: groupData.shape.outcome,
      counts: groupData.shape.counts,
      failures: groupData.shape.failures,
      failuresOmitted: z.int(),
      createdAt: time,
      lastEndedAt: timeOrNull.describe('When the end of the last job so far was found out'),
      endedAt: timeOrNull,
    }),
  );
  const recoveryCount = named(
    'RecoveryCount',
    z.object({
      ...walked,
      complete: z.boolean().describe('False where there was no time to look at all of it: there is more'),
    }),
  );
  const mute = named(
    'Mute',
    z.object({
      id: z.string(),
      state: z.enum(['active', 'ended']),
      labels: z.record(z.string(), z.string()).optional(),
      name: z.string().optional(),
      origin: z.string().optional(),
      kind: z.string().optional(),
      subscription: z.string().optional(),
      until: time,
      why: z.string(),
      failures: z.enum(['at_once', 'wait']).describe('What becomes of failures'),
      by: z.string().describe('Who asked: name of a token, or `command line`'),
      endedBy: text.describe('Who ended it before its time'),
      createdAt: time,
    }),
  );
  const rotatedSubscription = named(
    'RotatedSubscription',
    subscription.extend({
      signingKeys: z.array(z.string()).describe('The new key: shown here and never again'),
    }),
  );

  const routeTest = named(
    'RouteTest',
    z.object({
      event,
      at: time,
      routes: z
        .array(
          z.object({
            subscription: z.string(),
            name: z.string(),
            channel: z.enum(CHANNEL_NAMES),
            by: z
              .enum(['pattern', 'notify', 'alarm'])
              .nullable()
              .describe(
                'Why it gets the event: its pattern matches; the job names it; or it is about a target and reaches nobody else. Null: it does not get it',
              ),
            mismatch: text.describe('The first field of its pattern that does not match'),
            says: text.describe('What people read first, in one line; null: nothing is sent'),
            targets: z.array(
              z.object({
                shown: z.string().describe('Shortened so that it gives nothing away'),
                fate: z
                  .enum(FATES)
                  .describe('`held`: until somebody lets it go; `dropped`: it is never sent'),
                why: text.describe('Why it is not sent at once'),
                at: timeOrNull.describe('When it goes out at the earliest; null: nobody knows, or never'),
              }),
            ),
          }),
        )
        .describe('For a token that is limited to projects only those that get the event'),
    }),
  );

  const pageOf = <S extends z.ZodType>(items: S) =>
    z.object({
      items: z.array(items),
      next: text.describe('The cursor of the next page; null: there is none'),
    });

  const eventsPage = z.object({
    items: z.array(event),
    next: text.describe(
      'What to give as `after` for the events that come behind these: the id of the newest; null: there is none',
    ),
  });

  const health = z.object({
    status: z.literal('ok'),
    lastWrite: z.literal('ok').optional(),
    sweepAgeSeconds: z
      .int()
      .min(0)
      .optional()
      .describe('How long ago the service last read what is due; missing where another process does that'),
    targets: z
      .array(
        z.object({
          subscription: z.string(),
          channel: z.string(),
          state: z.enum(['disabled', 'unsubscribed', 'paused', 'locked', 'unverified', 'invalid']),
          since: timeOrNull,
          held: z.int().describe('Deliveries that are kept'),
          resume: text.describe('The command that lets them go; null where none does'),
        }),
      )
      .optional()
      .describe('To what nothing is sent now; left out where there is nothing'),
  });
  const origin = named(
    'Origin',
    z.object({
      name: z.string(),
      dialect: text,
      cloud: text,
      region: text,
      projectId: z.string(),
      state: z
        .enum(['ok', 'troubled', 'unreachable'])
        .describe('`troubled`: its checks fail, but not for long enough to be reported'),
      reason: text.describe('The kind of trouble, while there is one'),
      detail: text,
      since: timeOrNull.describe('Since when it is in trouble'),
      pausedUntil: timeOrNull.describe('No check is made before this'),
      outstanding: z.int().describe('Jobs that are being watched'),
    }),
  );
  const ms = z.number().nonnegative();
  const spread = z.object({
    count: z.int().describe('Jobs that this is learnt from; of old ones only a part counts'),
    p10: ms,
    p50: ms,
    p90: ms,
    p99: ms,
  });
  const stats = named(
    'Stats',
    z
      .object({
        origin: z.string(),
        jobType: text.describe('Null: the cloud named none'),
        ended: z.int().describe('Seen to end, ever'),
        callsPerJob: z.number().describe('Checks of such jobs, for each that ended'),
        took: spread
          .extend({
            bars: z
              .array(z.object({ from: ms, to: ms, share: z.number() }))
              .describe('The same as a plot: which share took from `from` to `to`'),
          })
          .nullable()
          .describe('How long they took; null: nobody knows'),
        delays: spread.nullable().describe('From the end of a job to the check that saw it'),
      })
      .meta({ description: 'What is learnt of one type of jobs; times in milliseconds' }),
  );
  const intake = named(
    'Intake',
    z
      .object({
        from: z
          .enum(['calls', 'smn', 'functiongraph', 'eventgrid', 'trace'])
          .describe('What came in, by its shape'),
        results: z.array(trackResult).optional().describe('Of calls: one for each job that they name'),
        ignored: z.int().optional().describe('Calls that went to no origin, or named no job'),
        unknown: z
          .array(z.string())
          .optional()
          .describe('Hosts of calls that named jobs and that no origin asks, at most 20'),
        checked: z.int().optional().describe('Of a push: jobs that are checked now'),
        repeated: z.boolean().optional().describe('It has come before, and nothing was done'),
        subscription: z
          .enum(['confirmed', 'removed'])
          .optional()
          .describe('Of SMN: what became of the subscription'),
      })
      .meta({ description: 'What became of what came in' }),
  );
  const openApi = z.record(z.string(), z.unknown()).meta({ description: 'This document' });
  const html = z.string().meta({ description: 'A page for people' });

  /** What each route answers, by status; null: without a body. */
  const answers = {
    health: { 200: health },
    openApi: { 200: openApi },
    trackJobs: { 200: tracked.or(trackedMany), 201: tracked },
    intake: { 200: intake },
    listJobs: { 200: pageOf(jobSummary) },
    getJob: { 200: job },
    deleteJob: { 204: null },
    explainJob: { 200: explanation },
    listGroups: { 200: pageOf(group) },
    getGroup: { 200: group },
    closeGroup: { 200: group },
    listOrigins: { 200: pageOf(origin) },
    listStats: { 200: pageOf(stats) },
    listEvents: { 200: eventsPage },
    listDeliveries: { 200: pageOf(delivery) },
    getDelivery: { 200: delivery },
    redeliver: { 202: delivery },
    testRoutes: { 200: routeTest },
    drill: { 202: routeTest },
    createRecovery: { 200: recoveryCount, 201: recovery },
    listRecoveries: { 200: pageOf(recovery) },
    getRecovery: { 200: recovery },
    stopRecovery: { 200: recovery },
    createMute: { 201: mute },
    listMutes: { 200: pageOf(mute) },
    deleteMute: { 200: mute },
    createSubscription: { 201: createdSubscription },
    listSubscriptions: { 200: pageOf(subscription) },
    getSubscription: { 200: subscription },
    changeSubscription: { 200: subscription },
    deleteSubscription: { 204: null },
    pauseSubscription: { 200: subscription },
    resumeSubscription: { 200: subscription },
    replay: { 200: recoveryCount, 201: recovery },
    testSubscription: { 202: pageOf(delivery) },
    rotateSubscription: { 200: rotatedSubscription },
    verifySubscription: { 200: subscription },
    showConfirmation: { 200: html },
    confirm: { 200: html },
    showUnsubscribe: { 200: html },
    unsubscribe: { 200: html },
  } satisfies Record<string, Readonly<Record<number, z.ZodType | null>>>;

  return {
    answers,
    named: NAMED,
    html,
    problem,
    fieldProblem,
    trackResult,
    jobSummary,
    job,
    delivery,
    group,
    mute,
    recovery,
    recoveryCount,
    routeTest,
    explanation,
    subscription,
    origin,
    stats,
  };
});
type Outgoing = ReturnType<typeof outgoing>;

/** What each route answers, by status; null: without a body. */
export type Answers = Outgoing['answers'];
export type FieldProblem = z.output<Outgoing['fieldProblem']>;
export type Problem = z.output<Outgoing['problem']>;
export type TrackResult = z.output<Outgoing['trackResult']>;
export type JobSummary = z.output<Outgoing['jobSummary']>;
export type JobView = z.output<Outgoing['job']>;
export type GroupView = z.output<Outgoing['group']>;
export type MuteView = z.output<Outgoing['mute']>;
export type RecoveryView = z.output<Outgoing['recovery']>;
export type CountView = z.output<Outgoing['recoveryCount']>;
export type DeliveryView = z.output<Outgoing['delivery']>;
export type RouteTestView = z.output<Outgoing['routeTest']>;
export type ExplanationView = z.output<Outgoing['explanation']>;
export type SubscriptionView = z.output<Outgoing['subscription']>;
export type OriginView = z.output<Outgoing['origin']>;
export type StatsView = z.output<Outgoing['stats']>;
