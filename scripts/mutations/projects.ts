import type { Mutation } from './mutation.ts';

const JOBS = 'lib/adapters/api/jobs/handlers.ts';
const DELIVERIES = 'lib/adapters/api/deliveries/handlers.ts';
const TOKEN = 'lib/core/access/token.ts';
const BY_API = ['tests/adapters/api/access.test.ts', 'tests/adapters/api/jobs.test.ts'];

/** A token does what it may, for the projects that it has. */
export const PROJECTS: readonly Mutation[] = [
  {
    name: 'project-of-others-is-shown',
    rule: 'A job of another project is answered like one that does not exist.',
    file: 'lib/adapters/api/jobs/visible.ts',
    find: 'return job && seesProject(token, job.projectId) ? job : null;',
    put: 'return job;',
    tests: BY_API,
  },
  {
    name: 'project-of-others-is-listed',
    rule: 'A list has the jobs of the own projects only.',
    file: JOBS,
    find: 'seesProject(token, row.projectId) && fitsJob(filter, row);',
    put: 'fitsJob(filter, row);',
    tests: BY_API,
  },
  {
    name: 'project-of-others-is-tracked',
    rule: 'Jobs are tracked for the own projects only.',
    file: 'lib/adapters/api/jobs/track.ts',
    find: 'if (foreign.length > 0) return forbidden(foreign);',
    put: '',
    tests: BY_API,
  },
  {
    name: 'project-of-others-is-delivered',
    rule: 'A delivery of another project is answered like one that does not exist.',
    file: DELIVERIES,
    find: 'row && seesEvent(token, row.event)',
    put: 'row',
    tests: BY_API,
  },
  {
    name: 'project-of-others-has-deliveries',
    rule: 'Deliveries are listed of the own projects only.',
    file: DELIVERIES,
    find: 'seesEvent(token, row.event) && (id === undefined || row.id === id);',
    put: 'id === undefined || row.id === id;',
    tests: BY_API,
  },
  {
    name: 'project-of-others-by-job',
    rule: 'Deliveries of a job of another project are not shown.',
    file: DELIVERIES,
    find: '!job || !seesProject(token, job.projectId)',
    put: '!job',
    tests: BY_API,
  },
  {
    name: 'project-of-all-events',
    rule: 'What concerns all projects is not for a token of one.',
    file: TOKEN,
    find: '(isJobEvent(event) && seesProject(token, projectIn(event.subject)))',
    put: '(!isJobEvent(event) || seesProject(token, projectIn(event.subject)))',
    tests: BY_API,
  },
  {
    name: 'token-without-scope',
    rule: 'A token does only what its scopes allow.',
    file: 'lib/adapters/api/admission.ts',
    find: 'if (!hasScope(token, route.scope)) {',
    put: 'if (!hasScope(token, token.scopes[0]!)) {',
    tests: BY_API,
  },
  {
    name: 'token-of-projects-for-all',
    rule: 'What concerns all projects is refused to a token of one.',
    file: 'lib/adapters/api/admission.ts',
    find: "token.projects !== null && route.limited === 'refused'",
    put: "token.projects === null && route.limited === 'refused'",
    tests: BY_API,
  },
  {
    name: 'token-any-secret',
    rule: 'Only who has the secret has the token.',
    file: TOKEN,
    find: 'return same && token !== null;',
    put: 'return token !== null;',
    tests: BY_API,
  },
  {
    name: 'token-for-ever',
    rule: 'A token that has expired is none.',
    file: TOKEN,
    find: 'token.expiresAt !== null && token.expiresAt <= now',
    put: 'token.expiresAt !== null && token.expiresAt <= 0',
    tests: BY_API,
  },
  {
    name: 'answer-to-another-request',
    rule: 'A key that came with another request is refused.',
    file: 'lib/adapters/api/idempotency.ts',
    find: 'if (row.request !== fresh.request) return { answer: reused() };',
    put: '',
    tests: ['tests/adapters/api/idempotency.test.ts'],
  },
  {
    name: 'answer-while-working',
    rule: 'Of two requests at once, one works.',
    file: 'lib/adapters/api/idempotency.ts',
    find: "if (row.state === 'working') return { answer: underWay() };",
    put: '',
    tests: ['tests/adapters/api/idempotency.test.ts'],
  },
  {
    name: 'answer-to-a-mistake',
    rule: 'What was refused is not kept.',
    file: 'lib/adapters/api/idempotency.ts',
    find: `if (isRefusal(answer)) await deps.table.remove(row);
  else await`,
    put: 'await',
    tests: ['tests/adapters/api/idempotency.test.ts'],
  },
  {
    name: 'confirmed-by-nobody',
    rule: 'Who was not asked gets no mail.',
    file: 'lib/app/deliver/all-subscriptions.ts',
    find: "if (row.definition === null || row.state === 'confirming') return [];",
    put: 'if (row.definition === null) return [];',
    tests: ['tests/adapters/api/subscriptions.test.ts'],
  },
  {
    name: 'unsubscribed-by-a-filter',
    rule: 'Looking at a link changes nothing.',
    file: 'lib/adapters/api/pages/unsubscribe.ts',
    find: "return page(isDone ? 'unsubscribedBefore' : 'askUnsubscribe', language());",
    put: `await useCases.unsubscribe(asked);
      return page(isDone ? 'unsubscribedBefore' : 'askUnsubscribe', language());`,
    tests: ['tests/adapters/api/unsubscribe.test.ts'],
  },
];
