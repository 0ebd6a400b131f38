import { expect, test } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { readJob } from '../../../lib/adapters/clouds/job-node.ts';
import { findFailureReason } from '../../../lib/adapters/clouds/reason.ts';
import type { JobError } from '../../../lib/core/jobs/observation.ts';

interface Part {
  status?: string;
  code?: string | null;
  reason?: string | null;
  explained?: unknown;
  subs?: Part[];
}

const bodyOf = ({ status = 'FAIL', code = null, reason = null, explained, subs = [] }: Part): object => ({
  status,
  error_code: code,
  fail_reason: reason,
  entities: { errorcode_message: explained, sub_jobs: subs.map(bodyOf) },
});
const why = (part: Part): JobError | null =>
  findFailureReason(readJob(dialectOf('otc', 'ecs')!, bodyOf(part))!);

const QUOTA = JSON.stringify({ forbidden: { message: 'Quota exceeded', code: 403 } });

const CASES: [name: string, job: Part, code: string | null, reason: string | null][] = [
  ['the parent alone', { code: 'Ecs.0319', reason: 'No flavor left' }, 'Ecs.0319', 'No flavor left'],
  ['nothing at all', {}, null, null],
  [
    'a code that says nothing, beside words in JSON, and the one of a sub-job that does',
    { code: 'Common.0021', reason: `Task-fail: ${QUOTA}`, subs: [{ code: 'Ecs.0319', reason: 'FAIL' }] },
    'Ecs.0319',
    'Quota exceeded',
  ],
  [
    'Ecs.0000 where there is no other',
    { code: 'Ecs.0000', subs: [{ code: 'Common.0021', reason: 'It failed.' }] },
    'Common.0021',
    'It failed.',
  ],
  ['a code alone', { code: 'Ecs.0001' }, 'Ecs.0001', null],
  ['empty texts', { code: '', reason: '  ' }, null, null],
  [
    'a parent that says nothing, a sub-job that explains',
    { subs: [{ code: 'Ecs.0319', reason: 'No flavor left' }] },
    'Ecs.0319',
    'No flavor left',
  ],
  [
    'a parent that only says that a sub-job failed',
    {
      code: 'Common.0021',
      reason: 'Sub-job failed.',
      subs: [{ code: 'Ecs.0319', reason: 'No flavor left' }],
    },
    'Ecs.0319',
    'No flavor left',
  ],
  [
    'JSON in a string, beside an internal task',
    { code: 'Ecs.0204', subs: [{ reason: 'FspCreateServerTask-fail: not completed', explained: QUOTA }] },
    'Ecs.0204',
    'Quota exceeded',
  ],
  [
    'JSON in the parent before the plain words of a sub-job',
    {
      code: 'EVS.2024',
      reason: `SdrsTask-fail:SDRS.0011:Client error : ${QUOTA}`,
      subs: [{ reason: 'It failed.' }],
    },
    'EVS.2024',
    'Quota exceeded',
  ],
  [
    'words in the parent before the bare name of a task in a sub-job',
    {
      code: 'Ecs.0319',
      reason: 'No flavor left',
      subs: [{ code: 'Ecs.0000', reason: 'FspCreateServerTask-fail: ' }],
    },
    'Ecs.0319',
    'No flavor left',
  ],
  [
    'the bare name of a task, if that is all',
    { reason: 'FspCreateServerTask-fail:' },
    null,
    'FspCreateServerTask-fail:',
  ],
  ['text that only looks like JSON', { reason: 'Task{1}-fail: {oops' }, null, 'Task{1}-fail: {oops'],
  ['JSON without a message', { reason: 'failed: {"a":1}' }, null, 'failed: {"a":1}'],
  ['JSON behind another brace', { reason: `Task{1}-fail: ${QUOTA}` }, null, 'Quota exceeded'],
  ['JSON with words behind it', { reason: `${QUOTA} (tried twice)` }, null, 'Quota exceeded'],
  [
    'a wrapped error in the text',
    { reason: 'x: {"error":{"code":"Neutron.1","message":"No ports left"}}' },
    'Neutron.1',
    'No ports left',
  ],
  ['an explanation that is no text', { reason: 'It failed.', explained: { a: 1 } }, null, 'It failed.'],
  ['the first of several sub-jobs', { subs: [{ reason: 'first' }, { reason: 'second' }] }, null, 'first'],
  [
    'the deepest',
    { reason: 'above', subs: [{ reason: 'between', subs: [{ code: 'Ecs.1', reason: 'below' }] }] },
    'Ecs.1',
    'below',
  ],
  [
    'a sub-job that did not fail has no say',
    {
      reason: 'It failed.',
      subs: [
        { status: 'SUCCESS', reason: 'leftover' },
        { status: 'RUNNING', reason: 'so far' },
      ],
    },
    null,
    'It failed.',
  ],
];

test.each(CASES)('the reason is found: %s', (_name, job, code, reason) => {
  expect(why(job)).toMatchObject({ code, reason });
});

test('nothing failed, nothing to say', () => {
  expect(why({ status: 'SUCCESS', subs: [{ status: 'SUCCESS' }] })).toBeNull();
  expect(why({ status: 'RUNNING', reason: 'so far so good' })).toBeNull();
});

test('failed sub-jobs are listed at any depth, each with its own best words', () => {
  const error = why({
    status: 'SUCCESS',
    subs: [
      { status: 'SUCCESS', subs: [{ code: 'Ecs.1', reason: 'inner' }] },
      { code: 'Ecs.2', reason: 'Task-fail: x', explained: QUOTA },
      { status: 'SUCCESS' },
    ],
  });
  expect(error?.subJobs).toEqual([
    { jobId: null, jobType: null, code: 'Ecs.1', reason: 'inner' },
    { jobId: null, jobType: null, code: 'Ecs.2', reason: 'Quota exceeded' },
  ]);
});

test('a text full of braces costs no time worth speaking of', () => {
  // Tried from each brace anew, a megabyte would not be done within the time that a test has.
  const text = `${'{"a":'.repeat(200_000)}}`;
  expect(why({ reason: text })?.reason).toBe(text);
});
