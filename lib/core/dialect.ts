import type { JobSeen, TroubleKind } from './jobs/observation.ts';

/** What a status word means. */
export type Meaning = JobSeen['kind'];

/** Where something stands in a JSON value, as a dotted path: `entities.sub_jobs`, `jobs.0`; empty for the value itself. */
export type JsonPath = string;
/** Several places, where a service has more than one: the first that has a text counts. */
export type JsonPaths = JsonPath | readonly JsonPath[];

/** The job format of one service. Only data: no code branches on the service. */
export interface Dialect {
  /** The service's name in the events. */
  service: string;
  /** What its hosts begin with, as in `HOST.eu-de.otc.t-systems.com`. */
  host: string;
  /** Of the job query; GET where it is left out. */
  method?: 'GET' | 'POST';
  /** Of the job query, below the endpoint; the query string too where the service needs one. */
  path: string;
  /** What the query sends as JSON, with the same places to be filled in as `path`. */
  body?: string;
  /** Its list of jobs, where it has one: the path below the endpoint, and where the jobs stand in the answer. */
  list?: { path: string; jobs: JsonPath };
  /** Whose id `{project_id}` is: an account's, and it signs in for the whole account. Left out: a project's. */
  scope?: 'account';
  /** Where the job stands in the answer; `jobs.*` is the one with its id in a list. */
  job: JsonPath;
  /** Where sub-jobs stand in a job, and again in a sub-job; empty where there are none. */
  subJobs: JsonPath;
  /** Where the rest stands, in a job as in a sub-job. */
  fields: {
    /** None: the service does not repeat the id, so nothing shows whether an answer is about this job. */
    id: JsonPaths;
    type: JsonPaths;
    status: JsonPaths;
    beganAt: JsonPaths;
    endedAt: JsonPaths;
    code: JsonPaths;
    /** All places in which words on a failure were seen. */
    reasons: readonly JsonPath[];
    /** Empty where there is nothing of the kind. */
    entities: JsonPath;
    /** What stands outside of `entities` and says what the job worked on; it joins them under its own name. */
    worksOn: readonly JsonPath[];
  };
  /** In lower case, since services write the same word differently. A word that is not here is not understood. */
  status: Readonly<Record<string, Meaning>>;
  /** What any other word means. It can never be an end. */
  otherwise?: 'running';
  /** A job has succeeded only if no sub-job has failed. */
  needsAll?: true;
  /** What an HTTP status means. Together with a word, the one that says less of an end counts. */
  http?: Readonly<Record<number, Meaning>>;
  /** Where something stands only if the job has failed, whatever its status says. */
  failedIf?: readonly JsonPath[];
  /** Where something stands only while the job goes on: makes running of a success. */
  runningIf?: readonly JsonPath[];
  /**
   * Left out: the words alone decide. Else a success is not believed where an error stands beside it; `except` are the places
   * where that means nothing.
   */
  doubts?: { except: readonly JsonPath[] };
  /** What its codes mean where an answer says nothing of a job. Left out: the table of the clouds' gateway. */
  faults?: Faults;
  /** Its pages in the cloud's console; left out where they are not known. */
  console?: Pages;
  /** How calls of the service are recorded, where that is not under the dialect's own name. */
  traced?: Traced;
}

/** Names of the service in its records, in capitals and without other signs; `version` where two dialects have one name. */
export interface Traced {
  services: readonly string[];
  version?: RegExp;
}

/** A code may end in `*`. */
export type FaultCodes = { readonly [kind in TroubleKind | 'not_found']?: readonly string[] };
export interface Faults {
  codes: FaultCodes;
  /** Whether the clouds' gateway stands before it, whose codes count after its own. */
  gateway: boolean;
}

/** Below the console's host. `{region}` and `{id}` are filled in. */
export interface Pages {
  /** All that there is in a region. */
  list: string;
  /** One resource; `id` names it in the entities of a job, or of a sub-job. */
  one?: { page: string; id: string };
}

/** Words that no service means well. */
const FAILURE =
  /^(?:.*[\W_])?(?:fail(?:ed|ure|s)?|err(?:or|ors|ored)?|abort(?:ed|ing)?|cancel(?:l?ed|l?ing|ation)?|reject(?:ed)?|timed?[\W_]?out|denied|killed|crash(?:ed)?|faulty?|invalid|unhealthy)$/i;
const WELL_KNOWN = /^(?:create|update|delete)failed$/i;

export const readsLikeFailure = (word: string): boolean => FAILURE.test(word) || WELL_KNOWN.test(word);
