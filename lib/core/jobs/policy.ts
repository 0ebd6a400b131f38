const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The times that decide. All in milliseconds. */
export interface Policy {
  /** Wait before the first check at a new job. */
  firstCheck: number;
  /** Between checks of a running job. */
  checkEvery: number;
  /**
   * Running jobs are checked when their end is likely, as far as that is learnt, instead of at each `checkEvery`, which then is for
   * those of which too little is known.
   */
  checkAuto: boolean;
  /** What is learnt, and a budget that does not suffice, leave no running job alone for longer. */
  checkGapMax: number;
  /** Between checks of a job that waits for payment. */
  checkEveryUnpaid: number;
  /** After a failed check, the first wait; doubled with each further one of the origin or the job up to `troubleMax`. */
  troubleFirst: number;
  troubleMax: number;
  /** How long "not found" means "not there yet" after tracking. RDS documents some seconds; a slow region needs minutes. */
  notFoundGrace: number;
  /** Answers in a row, at least `notFoundEvery` apart, until a job that the cloud does not know is lost. */
  notFoundConfirm: number;
  notFoundEvery: number;
  /** A bare 404 must last this long when no other job's answer confirms the route. */
  notFoundUnconfirmed: number;
  /** How long a cloud keeps the record of an ended job: a job that was seen is not lost sooner after it was seen last. */
  recordKept: number;
  /** Without a deadline of its own, a job is overdue after this. */
  overdueAfter: number;
  /** It is overdue when it takes longer than 99 of 100 such jobs, as soon as that is known; `overdueAfter` is for before. */
  overdueAuto: boolean;
  /**
   * A job is given up after this, counted from payment where it waited for that: one day beyond the 14 days that Huawei Cloud
   * keeps an unpaid job.
   */
  giveUpAfter: number;
  /** An origin that answers nothing but trouble for this long is reported as unreachable. */
  unreachableAfter: number;
  /**
   * Jobs that could not be checked for this long are at risk: the shortest time for which a cloud keeps the record of an
   * ended job is a day, and somebody needs time to act.
   */
  atRiskAfter: number;
  /** A group of which all have ended and that nobody joins any more is closed after this. */
  groupQuiet: number;
  /** A group that nobody closed is closed this long after it was made. */
  groupAge: number;
  /** A target at which nothing arrived for this long is reported; sooner, once a delivery is given up. */
  failingAfter: number;
  /** A target at which nothing arrived for this long is disabled. */
  disableAfter: number;
}

/** A cloud may ask for a wait with `Retry-After`; it gets the next request after this at the latest. */
export const LONGEST_RETRY_AFTER = HOUR;

/**
 * The delay that one call is worth, where checks follow what is learnt. At 5 s a job of some minutes gets three or four checks
 * and its end is known about 15 s later: as soon as with a check every 30 s, which takes nine.
 */
export const CALL_PRICE = 5 * SECOND;

export const DEFAULT_POLICY: Policy = {
  firstCheck: 5 * SECOND,
  checkEvery: 30 * SECOND,
  checkAuto: false,
  checkGapMax: 10 * MINUTE,
  checkEveryUnpaid: 10 * MINUTE,
  troubleFirst: 10 * SECOND,
  troubleMax: 5 * MINUTE,
  notFoundGrace: 15 * MINUTE,
  notFoundConfirm: 3,
  notFoundEvery: MINUTE,
  notFoundUnconfirmed: DAY,
  recordKept: DAY,
  overdueAfter: 6 * HOUR,
  overdueAuto: true,
  giveUpAfter: 15 * DAY,
  unreachableAfter: 5 * MINUTE,
  atRiskAfter: 18 * HOUR,
  groupQuiet: 10 * MINUTE,
  groupAge: DAY,
  failingAfter: DAY,
  disableAfter: 5 * DAY,
};
