import { causeOf, type Cause } from '../jobs/causes.ts';
import type { JobData } from '../jobs/event.ts';
import { clause, line, reasonFacts, type Fact } from './message-content.ts';
import type { Lang } from './reader.ts';
import { CAUSES, type CauseTexts } from './texts/causes.ts';
import type { Wording } from './wording.ts';

type JobError = JobData['error'];

/** What is known of the cause of a failure, as sentences that stand alone. */
export function causeWords(error: JobError, lang: Lang): CauseTexts | null {
  const cause = error && causeOf(error.code, error.reason);
  if (!cause) return null;
  const { what, todo } = CAUSES[cause][lang];
  return { what, todo: sentence(todo) };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Why, in a few words: the cause in the reader's language where it is known, otherwise what the cloud says; and its code, by
 * which people find more.
 */
export function reasonWords(
  data: Pick<JobData, 'error'> & { job: Pick<JobData['job'], 'region'> },
  { texts, lang }: Pick<Wording, 'texts' | 'lang'>,
): string {
  const { job } = data;
  const error = reasonGiven(data.error);
  const said = line(error?.reason);
  const cause = causeWords(error, lang)?.what;
  const zone = zoneIn(said, line(job.region));
  const counted = /\bquota exceeded for (?:resources: \[')?([a-z_]{2,30})/i.exec(said)?.[1];
  const words =
    cause === undefined
      ? troubleWords(said, texts)
      : zone
        ? texts.inZone(cause, zone)
        : counted
          ? texts.labelled(cause, counted)
          : isVague(error) && isSpoken(said)
            ? texts.because(cause, said)
            : cause;
  const code = line(error?.code);
  if (!words) return code;
  return code && !words.includes(code) ? texts.withCode(words, code) : clause(words);
}

/** Why nothing is known of how a job ended; empty where no short word says it. */
export function lostWords(reason: string | null, { lost }: Wording['texts']['job']): string {
  const words: Record<string, string> = {
    expired: lost.expired.reason,
    payment_expired: lost.paymentExpired.reason,
    unknown: lost.unknown.reason,
  };
  return reason !== null && Object.hasOwn(words, reason) ? words[reason]! : '';
}

/** Where the job itself gives no reason, the first of its failed sub-jobs that has one speaks for it. */
export function reasonGiven(error: JobError): JobError {
  if (!error || line(error.code) || line(error.reason)) return error;
  const { code = null, reason = null } = error.subJobs.find((it) => line(it.code) || line(it.reason)) ?? {};
  return { ...error, code, reason };
}

/** What needs the cloud's own words beside it to be of use. */
const VAGUE: readonly (Cause | null)[] = ['parameter', 'account', 'network', 'permission', 'flavor', 'image'];
const isVague = (error: JobError): boolean => VAGUE.includes(error && causeOf(error.code, error.reason));
/** Not only the name of a step within the cloud: `CreateServerTask-fail`. */
const isSpoken = (said: string): boolean => / /.test(said.trim());

/** The reason in full. */
export function reasonFact(data: JobData, { texts, lang }: Pick<Wording, 'texts' | 'lang'>): Fact[] {
  const error = reasonGiven(data.error);
  const said = [line(error?.code), line(error?.reason)].filter(Boolean).join(': ');
  const isTranslated = causeWords(error, lang) !== null;
  const label = isTranslated && line(error?.reason) ? texts.labels.cloudSays : texts.labels.reason;
  return reasonFacts(label, troubleWords(said, texts));
}

/** `eu-de-03` of `eu-de`: the one zone of the region that the reason names. */
function zoneIn(said: string, region: string): string | null {
  if (!/^[a-z0-9-]{2,40}$/.test(region)) return null;
  const zones = new Set(said.match(new RegExp(`\\b${region}-?[a-z0-9]{1,3}\\b`, 'g')));
  const [zone, ...others] = zones;
  return zone !== undefined && others.length === 0 ? zone : null;
}

/** `malformed: HTTP 200: ...` of a check that failed, with our own word in the reader's language. */
function troubleWords(said: string, texts: Wording['texts']): string {
  const [, kind, rest] = /^(throttled|denied|misrouted|unavailable|malformed): (.*)$/.exec(said) ?? [];
  return kind ? texts.labelled(texts.trouble[kind as 'denied'].words, rest!) : said;
}
