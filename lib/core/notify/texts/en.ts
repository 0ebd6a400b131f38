import { counting } from './plural.ts';

const count = counting('en');
const jobs = (n: number): string => count(n, { one: '1 job', other: `${n} jobs` });
const messages = (n: number): string => count(n, { one: '1 message', other: `${n} messages` });

/**
 * All that a message says in English, and the type of every other language: what is added here and missing there does not
 * compile. A text that depends on something is a function; all that comes in is one clean line, and times and durations are
 * words of this language already.
 */
export const en = {
  /** `date` and `time` as ISO 8601 has them; `zone` with its distance from UTC. */
  moment: (date: string, time: string, zone: string): string => `${date} ${time} ${zone}`,
  shorterThanASecond: 'less than 1 s',
  /** A label and what it is of. */
  labelled: (label: string, value: string): string => `${label}: ${value}`,
  /** What happened, and why. */
  because: (title: string, reason: string): string => `${title}: ${reason}`,
  withCode: (reason: string, code: string): string => `${reason} (${code})`,
  upTo: (from: string, to: string): string => `${from} to ${to}`,
  inZone: (what: string, zone: string): string => `${what} in ${zone}`,

  /** What channels put around a message. */
  frame: {
    failedSubJobs: 'Failed sub-jobs',
    more: (n: number): string => `... and ${n} more`,
    cut: '... and more than fits here: `jobchime explain` has it all',
    console: "Open in the cloud's console",
    page: 'Open in Jobchime',
    command: 'Command',
    unsubscribe: 'Unsubscribe',
  },

  labels: {
    reason: 'Reason',
    cloudSays: 'The cloud says',
    made: 'Made',
    workedOn: 'Worked on',
    took: 'Took',
    runningFor: 'Running for',
    trackedFor: 'Tracked for',
    deadline: 'Deadline',
    ended: 'Ended',
    lastStatus: 'Last status',
    subJobs: 'Sub-jobs',
    where: 'Where',
    jobId: 'Job id',
    labels: 'Labels',
    requestedBy: 'Requested by',
    jobs: 'Jobs',
    origin: 'Origin',
    since: 'Since',
    lasted: 'Lasted',
    jobsWaiting: 'Jobs waiting',
    recordsGone: 'Records vanish from',
    reasonWas: 'Reason was',
    target: 'Target',
    givenUp: 'Given up',
    event: 'Event',
    eventId: 'Event id',
    deliveryId: 'Delivery id',
    mailWasOf: 'Mail was of',
    counted: 'Counted',
    between: 'Between',
    more: 'And more',
    template: 'Template',
  },

  job: {
    /** Where the cloud says nothing of what kind of job it is. */
    action: 'the job',
    place: (service: string, project: string, where: string): string =>
      `${where}, ${service}, project ${project}`,
    usually: (took: string, usual: string): string => `${took}; such jobs usually take ${usual}`,
    sinceTracking: (took: string): string => `${took}, from tracking to seeing it ended`,
    noneSeen: 'none seen',
    noReason: 'the cloud gives no reason',
    subJobs: (succeeded: number, total: number): string => `${succeeded} of ${total} succeeded`,
    subJobsFailed: (n: number): string => `${n} failed`,
    subJobsRunning: (n: number): string => `${n} running`,
    subJobsUnknown: (n: number): string => `${n} of unknown state`,
    subJob: 'sub-job',
    times: (n: number, what: string): string => (n === 1 ? what : `${n} × ${what}`),
    ids: (what: string, ids: string): string => `${what} (${ids})`,
    some: (names: readonly string[], more: number): string =>
      more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', '),

    succeeded: {
      status: 'succeeded',
      title: (what: string, action: string): string => `${what}: ${action} succeeded`,
      note: 'The cloud reports the job as done. The resource may not be ready yet.',
    },
    outlived: {
      status: 'succeeded late',
      title: (what: string, action: string): string =>
        `${what}: ${action} succeeded after its command had ended`,
      lead: 'The command that started it gave up before, so its state does not have the result.',
      hint: 'Import what was made into the state, or remove it.',
      removed: 'Refresh the state before the next run.',
    },
    partly: {
      status: 'partly failed',
      title: (what: string, action: string, failed: number, total: number): string =>
        `${what}: ${action} succeeded, but ${failed} of ${total} sub-jobs failed`,
      hint: 'Look at what the failed sub-jobs should have made, and make it again.',
    },
    failed: {
      status: 'failed',
      title: (what: string, action: string): string => `${what}: ${action} failed`,
      hint: 'Look at the resource in the console: remove what is left of it, then submit the job again.',
    },
    overdue: {
      status: 'overdue',
      title: (what: string, action: string): string => `${what}: ${action} is overdue`,
      late: (by: string, deadline: string): string => `${by} past its deadline, ${deadline}`,
      running: (age: string): string => `not ended after ${age}`,
      lead: 'Jobchime keeps checking and reports the end.',
      leadUnseen:
        'The cloud has not reported anything about it so far. Jobchime keeps checking and reports the end.',
      hint: 'Look at the resource in the console. If it is stuck, ask the support of the cloud and give the job id.',
    },
    unreachable: {
      status: 'cannot be checked',
      title: (what: string, action: string): string => `${what}: ${action} cannot be checked`,
      lead: 'Checks of other jobs of its origin work, checks of this one fail. Jobchime keeps checking and reports the end.',
      hint: 'Look at the job or its resource in the console of the cloud. If the reason is a status or an answer that Jobchime does not know, report it.',
    },
    paymentPending: {
      status: 'waits for payment',
      title: (what: string, action: string): string => `${what}: ${action} waits for payment`,
      lead: 'It continues after the order is paid.',
      hint: 'Pay or cancel the order in the cloud. A cancelled order does not end the job: the cloud drops it after 14 days.',
    },
    lost: {
      status: 'outcome unknown',
      title: (what: string, action: string): string => `${what}: ${action}, outcome unknown`,
      expired: {
        reason: 'the cloud no longer has its record',
        lead: 'It may have succeeded or failed. The cloud deletes the record of an ended job after about a day.',
        hint: 'Check in the console whether the resource is there and active. Only if it is missing, submit the job again.',
      },
      paymentExpired: {
        reason: 'it was not paid, and the cloud dropped it',
        lead: 'It waited for payment until the cloud dropped it.',
        hint: 'Check the order. If you still need the resource, order it again.',
      },
      unknown: {
        reason: 'the cloud has never known this job',
        lead: 'Id, project or origin may be wrong, or it had ended more than a day before it was tracked.',
        hint: 'Check job id, project and origin. Then check in the console whether the resource is there.',
      },
      gaveUp: {
        reason: (age: string): string => `no end was seen in ${age}`,
        lead: 'It has not ended in all the time it was tracked. Jobchime stops checking it.',
        hint: 'Check in the console whether the resource is there and active. Track the job again if it is still worth waiting for.',
      },
    },
  },

  /** What each kind of trouble with an origin is, and what to do about it. */
  trouble: {
    denied: {
      words: 'access denied',
      hint: (renew: string): string => `Renew ${renew}, and check its project and permissions.`,
    },
    misrouted: {
      words: 'no such address',
      hint: (): string => 'Check its endpoint, region and dialect in the configuration.',
    },
    unavailable: {
      words: 'no usable answer',
      hint: (): string =>
        'The cloud is in trouble, or the network on the way to it: check whether others reach it.',
    },
    throttled: {
      words: 'too many requests',
      hint: (): string =>
        'Lower its `rate`, request a higher quota from the cloud, or use an account that fewer share.',
    },
    malformed: {
      words: 'answers not understood',
      hint: (): string => 'Check that its dialect fits the service.',
    },
    unknown: { words: 'trouble', hint: (): string => 'Check its configuration.' },
  },
  origin: {
    unreachable: {
      status: 'unreachable',
      title: (origin: string, waiting: number): string =>
        `Origin ${origin} cannot be checked, ${count(waiting, { one: '1 job waits', other: `${waiting} jobs wait` })}`,
      lead: 'Its jobs continue in the cloud and wait here. The clouds delete the record of an ended job after about a day: Jobchime never sees an end that is older.',
    },
    atRisk: {
      status: 'at risk',
      title: (origin: string, waiting: number): string =>
        `Origin ${origin}: the ends of ${jobs(waiting)} may be missed`,
      lead: 'The clouds delete the record of an ended job after about a day. Jobchime may never see an end that happens now.',
    },
    recovered: {
      status: 'recovered',
      title: (origin: string): string => `Origin ${origin} answers again`,
      lead: 'Its jobs are checked again, the oldest first.',
    },
    /** What to renew. */
    credentials: {
      keys: 'its access key',
      temporary_keys: 'its temporary access key and security token',
      password: 'the password of its user',
      token: 'its token',
      client: 'its client secret',
      unknown: 'its credentials',
    },
  },

  /** Why something did not arrive at a target. */
  undelivered: {
    gone: 'the target is gone',
    bounced: 'a mail came back',
    auth_error: 'the target refuses access',
    failing: 'nothing arrived there for days',
    timeout: 'the target does not answer in time',
    uncertain: 'the target does not answer in time',
    unreachable: 'the target cannot be reached',
    rate_limited: 'the target says that it gets too much',
    server_error: 'the target answers with an error of its own',
    client_error: 'the target refuses the message',
    rejected: 'the target refuses the message',
    redirected: 'the target leads elsewhere; redirects are not followed',
    blocked_address: 'the address of the target is not allowed',
    too_old: 'the message waited for a week',
    expired: 'the message was held until it was too old',
  },
  target: {
    about: (subscription: string): string => `subscription ${subscription}`,
    atLast: (reason: string, cause: string): string => `${reason}, at last: ${cause}`,
    messages,
    failing: {
      status: 'failing',
      title: (subscription: string, target: string): string =>
        `Subscription ${subscription}: nothing arrives at ${target}`,
      lead: 'Every attempt fails. Jobchime tries each message again until its attempts are used up, and then gives it up.',
      hint: 'Check the target, and whether this machine reaches it. If the failures go on, Jobchime disables the target and holds its messages.',
    },
    disabled: {
      status: 'disabled',
      title: (subscription: string, target: string): string =>
        `Subscription ${subscription}: ${target} is disabled`,
      lead: 'Jobchime sends nothing more to it and holds its messages. Once an hour it sends the oldest one to test the target.',
      hint: 'Repair the target or give the subscription another one. Jobchime then sends the held messages within an hour, or at once with the command.',
    },
    unsubscribed: {
      status: 'unsubscribed',
      title: (target: string): string => `${target} unsubscribed`,
      lead: 'Somebody followed the unsubscribe link in a mail. Jobchime sends nothing more to this address, for any subscription, and holds nothing for it.',
      hint: 'Take the address out of your subscriptions. If its owner asks for mails again, use the command.',
    },
    bounced: {
      lead: 'A mail to this address came back: it takes no mail. Jobchime sends nothing more to it and holds its messages.',
      hint: 'Correct the address or give the subscription another one. If it works again, take it off the suppression list of the mail service, then use the command.',
    },
    complained: {
      status: 'spam report',
      title: (target: string): string => `${target} reported a mail as spam`,
      lead: 'Jobchime takes that for unsubscribing. It sends nothing more to this address, for any subscription, and holds nothing for it.',
    },
    recovered: {
      status: 'recovered',
      title: (subscription: string, target: string): string =>
        `Subscription ${subscription}: ${target} takes messages again`,
      lead: 'Jobchime sends what it held for it, the oldest first.',
    },
    givenUp: {
      status: 'not delivered',
      title: (subscription: string, target: string, n: number): string =>
        `Subscription ${subscription}: ${count(n, { one: 'a message', other: messages(n) })} to ${target} given up`,
      lead: 'Jobchime keeps the event, and sends it there again only when somebody asks.',
      hint: 'Check the target. Then send the message once more with the command.',
      event: (kind: string, subject: string): string => `${kind} of ${subject}`,
    },
  },

  template: {
    failed:
      'The template of this subscription failed, so this is the built-in message. `jobchime config check` says where.',
  },
  drill: {
    mark: 'DRILL',
    nothingHappened: 'This is a drill. Nothing happened, and there is nothing to do.',
  },
  group: {
    /** The name alone is its first run. */
    name: (name: string, run: number): string => (run > 1 ? `${name} (run ${run})` : name),
    /** Why, and which jobs. */
    reason: (cause: string, names: string): string => `${cause}: ${names}`,
    ofAll: (n: number, total: number): string =>
      total === 0
        ? 'none'
        : n === total
          ? `all ${jobs(total)} succeeded`
          : `${n} of ${jobs(total)} succeeded`,
    counted: {
      failed: (n: number): string => `${n} failed`,
      lost: (n: number): string => `${n} with unknown outcome`,
      partly: (n: number): string => `${n} with failed sub-jobs`,
      removed: (n: number): string => `${n} removed`,
      outstanding: (n: number): string => `${n} outstanding`,
      overdue: (n: number): string => `${n} overdue`,
      late: (n: number): string => `${n} joined late`,
    },
    more: 'And more',
    moreReasons: (n: number): string => `${jobs(n)} with further reasons`,
    until: (took: string, end: string): string => `${took}, until ${end}`,
    closedLabel: 'Closed',
    closedBy: {
      close: 'somebody said that these are all',
      expect: 'as many jobs joined as were expected',
      quiet: 'no more jobs joined',
      age: 'nobody closed it in time; there may be more jobs',
    },
    goesOn: {
      title: (name: string, ended: number, total: number, bad: string): string =>
        `${name}: ${ended} of ${jobs(total)} ended, ${bad}`,
      lead: 'Others go on. One message follows when all have ended.',
      leadOpen: 'All that have joined so far have ended. One message follows when the group is closed.',
    },
    succeeded: {
      status: 'succeeded',
      title: (name: string, n: number, total: number): string =>
        n === total ? `${name}: all ${jobs(total)} succeeded` : `${name}: ${n} of ${jobs(total)} succeeded`,
    },
    failed: {
      status: 'failed',
      title: (name: string, bad: string, total: number): string => `${name} failed: ${bad} of ${jobs(total)}`,
    },
    partial: {
      status: 'partly failed',
      title: (name: string, bad: string, total: number): string => `${name}: ${bad} of ${jobs(total)}`,
    },
    empty: {
      status: 'empty',
      title: (name: string): string => `${name}: no job has ended in it`,
      lead: 'No job was tracked in it, or all of them were removed. That is no success.',
    },
    failing: {
      status: 'failing',
      title: (name: string, what: string, action: string): string => `${name}: ${what}: ${action} failed`,
      lead: 'It is the first job that failed. One message follows when all have ended.',
    },
    overdue: {
      status: 'overdue',
      title: (name: string, what: string, action: string): string => `${name}: ${what}: ${action} is overdue`,
      lead: 'Jobchime keeps checking. One message follows when all have ended.',
    },
  },
  /** One message for many events. */
  summary: {
    status: 'summary',
    someFailed: 'some failed',
    of: (counts: string, all: number): string => `${counts}, of ${all}`,
    all: (n: number, counts: string): string => `${n} in one message: ${counts}`,
    outcomes: {
      succeeded: (n: number): string => `${n} succeeded`,
      partly_failed: (n: number): string => `${n} partly failed`,
      failed: (n: number): string => `${n} failed`,
      lost: (n: number): string => `${n} with unknown outcome`,
      overdue: (n: number): string => `${n} overdue`,
      unreachable: (n: number): string => `${n} that cannot be checked`,
      payment_pending: (n: number): string => `${n} waiting for payment`,
      'origin.unreachable': (n: number): string =>
        `${count(n, { one: '1 origin', other: `${n} origins` })} that cannot be checked`,
      'origin.at_risk': (n: number): string =>
        `${count(n, { one: '1 origin', other: `${n} origins` })} about to lose records`,
      'origin.recovered': (n: number): string =>
        `${count(n, { one: '1 origin', other: `${n} origins` })} that can be checked again`,
      'group.ended': (n: number): string => `${count(n, { one: '1 group', other: `${n} groups` })} ended`,
      'group.failing': (n: number): string => `${count(n, { one: '1 group', other: `${n} groups` })} failing`,
      'group.overdue': (n: number): string => `${count(n, { one: '1 group', other: `${n} groups` })} overdue`,
    },
    why: {
      rate: 'More happened than people can read one by one. This message counts all of it.',
      digest: 'This is all that happened since the last digest.',
      quiet_hours: 'This is all that happened during the quiet hours.',
      mute: 'This is all that happened while it was muted.',
    },
    otherReasons: (n: number): string => `${n} for other reasons`,
    otherGroups: (n: number, all: number): string => `${n} more with ${jobs(all)}`,
    hint: 'List them with the command.',
  },

  /** The mail that asks an address whether it wants any. */
  confirmation: {
    title: 'Do you want mails about cloud jobs?',
    asks: 'Somebody wants this address to get mails about the jobs of a cloud.',
    open: 'If you want them, open this page and press its button',
    ignore: 'If not, do nothing: no further mail comes.',
  },

  ping: {
    status: 'test',
    title: (subscription: string): string => `Test of subscription ${subscription}`,
    lead: 'This is a test. Messages of this subscription arrive here.',
  },
};

/** What every language has. */
export type Texts = typeof en;
