import type { Mutation } from './mutation.ts';

const PARSE = ['tests/adapters/clouds/parse.test.ts', 'tests/adapters/clouds/gotchas.test.ts'];

const OWN = ['tests/adapters/clouds/families.test.ts'];

/** Only what a service documents says anything of a job. */
export const CLOUDS: readonly Mutation[] = [
  {
    name: 'clouds-job-of-others',
    rule: 'An answer about another job says nothing of this one.',
    file: 'lib/adapters/clouds/parse.ts',
    find: '!repeatsId({ fields }) || isSame(id, jobId)',
    put: '!repeatsId({ fields }) || id !== null',
    tests: PARSE,
  },
  {
    name: 'clouds-any-http-status',
    rule: 'Only a 2xx says anything of a job.',
    file: 'lib/adapters/clouds/parse.ts',
    find: '(status >= 200 && status < 300) || Object.hasOwn(http, status)',
    put: 'status >= 200 || Object.hasOwn(http, status)',
    tests: PARSE,
  },
  {
    name: 'clouds-word-of-anybody',
    rule: 'A word that is not listed is never taken for an end.',
    file: 'lib/adapters/clouds/job-node.ts',
    find: 'dialect.status[word]! : other',
    put: "dialect.status[word]! : word ? 'failed' : other",
    tests: PARSE,
  },
  {
    name: 'clouds-partly-failed',
    rule: 'Where a job needs all sub-jobs, one that failed makes it a failure.',
    file: 'lib/adapters/clouds/job-node.ts',
    find: "meaning === 'succeeded' && isPartial ? 'failed' : meaning",
    put: 'meaning',
    tests: ['tests/adapters/clouds/kin.test.ts'],
  },
  {
    name: 'clouds-error-beside-success',
    rule: 'A success beside an error is not believed.',
    file: 'lib/adapters/clouds/parse.ts',
    find: "job.meaning === 'succeeded' ? errorBeside(dialect, raw, json) : null",
    put: 'null',
    tests: OWN,
  },
  {
    name: 'clouds-failed-if',
    rule: 'What stands there only for a failure makes one of a success.',
    file: 'lib/adapters/clouds/job-node.ts',
    find: "if (hasFailed(dialect, raw)) return 'failed';",
    put: '',
    tests: OWN,
  },
  {
    name: 'clouds-status-without-id',
    rule: 'An answer without a status and without the id of the job says nothing.',
    file: 'lib/adapters/clouds/parse.ts',
    find: 'if (!repeatsId(dialect) || !isAbout(dialect, job, jobId)) return null;',
    put: '',
    tests: OWN,
  },
  {
    name: 'dialects-success-like-failure',
    rule: 'A word that reads like a failure is refused as a success.',
    file: 'lib/adapters/config/dialect-faults.ts',
    find: "typeof word === 'string' && readsLikeFailure(word.trim())",
    put: 'false',
    tests: ['tests/adapters/config/dialects.test.ts'],
  },
  {
    name: 'origins-secrets-elsewhere',
    rule: 'Where tokens are fetched is a host that may get credentials.',
    file: 'lib/adapters/config/origin.ts',
    find: 'given === undefined ? [] : check(path, url, null, where)',
    put: '[]',
    tests: ['tests/adapters/config/dialects.test.ts'],
  },
  {
    name: 'clouds-404-of-gateway',
    rule: 'What the gateway does not find is not the job.',
    file: 'lib/adapters/clouds/fault.ts',
    find: "{ code: gateway('\\\\d+'), status: [404], kind: 'misrouted' }",
    put: "{ code: gateway('\\\\d+'), status: [404], kind: 'not_found', proof: 'confirmed' }",
    tests: PARSE,
  },
  {
    name: 'clouds-other-project',
    rule: 'Ids of another project are not asked for.',
    file: 'lib/adapters/clouds/client.ts',
    find: 'if (job.projectId === projectId) return null;',
    put: 'return null;',
    tests: ['tests/adapters/clouds/client.test.ts'],
  },
  {
    name: 'clouds-words-with-secrets',
    rule: 'What a cloud says is redacted before anybody sees it.',
    file: 'lib/adapters/clouds/client.ts',
    find: 'scrub(fault ?? (await observe(origin, job, signal)), secrets.redact)',
    put: 'fault ?? (await observe(origin, job, signal))',
    tests: ['tests/adapters/clouds/client.test.ts'],
  },
];
