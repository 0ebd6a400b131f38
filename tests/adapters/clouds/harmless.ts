/** What may stand beside a success and mean nothing; and what looks like it, and does. Each is an answer of its own. */
type Json = Record<string, unknown>;

const named = (name: string, texts: readonly unknown[]): Json[] => texts.map((text) => ({ [name]: text }));

/** Beside a word of success. */
export const HARMLESS: Record<string, readonly Json[]> = {
  'a message that tells of no failure': named('message', [
    'no error',
    'No errors.',
    'Completed without any errors',
    '0 of 5 failed',
    'All 5 done; none failed',
    'ok=5 changed=2 unreachable=0 failed=0 skipped=1',
    'failed: 0/5',
    'Errors: 0 Warnings: 2',
    '5 succeeded, 0 failed, 0 cancelled',
    'No instances have failed',
    'Nothing failed',
    'not cancelled',
    'Finished error-free',
    'Failed over to the standby',
    'fail-over completed',
    'Volume deleted. This cannot be undone.',
    'Succeeded after 2 failed attempts',
    'Successfully recovered from an error',
    'The operation has completed; see the log for errors and warnings',
    'Error log archived',
    'Created with the default timeout',
  ]),
  'what programs write where there is no error': [
    ...named('error_msg', [
      'success',
      'Success.',
      'SUCCESS!',
      'ok.',
      'No error.',
      'no errors found',
      'There is no error',
      'Operation succeeded',
      'The operation completed successfully.',
      'request success',
      '成功',
      'N.A.',
      'none found',
      'No problems were found',
      'Completed',
      'never',
      '--',
      '—',
      '无',
      '无错误',
      'Normal',
      'not applicable',
    ]),
    ...named('error', ['NoError', 'NO_ERROR', 'none.', '0 errors', { code: 200, message: 'success' }]),
    { error: { code: 'SUCCESS', message: 'The operation completed successfully.' } },
    { error: { code: '0', message: 'Success.', details: [] } },
    { error_code: 'NO_ERROR', errorCode: 'ERROR_NONE' },
    { errorCode: '200 OK' },
    ...named('error_code', ['E0000', '00-000', 'SUCCESS_000', 'NOT_APPLICABLE', 'ERROR_CODE_UNSPECIFIED']),
    { failures: '0/5', errors: '0%' },
    { code: 'S0000', message: 'done' },
  ],
  'a word that says that none failed': named('result', [
    'no_failures',
    'not_cancelled',
    'NONE_FAILED',
    'zero_errors',
    'no errors',
    { status: 'never_failed' },
  ]),
  'counts of which all are zero': [
    { summary: { total: 0, success: 0, failed: 0 } },
    { counts: { ok: 0, changed: 3 } },
  ],
  'what somebody has named so': [
    ...'labels tags annotations user_metadata userData customFields env variables parameters inputs arguments notebook_params freeformTags hyperParameters extra_vars'
      .split(' ')
      .map((name) => ({
        [name]: { error: 'x', status: 'failed', success: 'false', code: 'x', message: 'y' },
      })),
    { metadata: { labels: { result: 'failed', 'last-error': 'x' } } },
    { tags: [{ state: 'failed' }] },
    { name: 'failed', title: 'Job failed', description: 'restarts what failed', alarm: { name: 'error' } },
  ],
  'how it went before': [
    { history: [{ state: 'failed' }, { state: 'done' }] },
    { attempts: [{ error: 'timeout', exit_code: 1 }, { exit_code: 0 }] },
    { statusHistory: [{ status: 'error', message: 'no quota', code: 'E17' }] },
    { state_transitions: [{ state: 'failed' }] },
    { events: [{ status: 'failed' }, { status: 'ok' }], logs: [{ error: 'retrying' }] },
    { previous: { error: 'x' }, previous_error: 'x' },
    { summary_fields: { recent_jobs: [{ status: 'failed' }] } },
    { containerStatuses: [{ state: { exitCode: 0 }, lastState: { terminated: { exitCode: 1 } } }] },
  ],
  'how far it is': [
    { progress: { code: 'STEP_5', message: 'Step 5 of 5' } },
    { current_stage: { code: 'S5', message: 'Finalising' } },
  ],
  'what is measured or mended': [
    { metrics: { error: 0.12 }, pageFaults: 12, corrected_errors: 3, without_errors: true },
  ],
};

/** Where the HTTP status alone tells it. */
export const HARMLESS_TALK: readonly Json[] = [
  ...named('message', [
    'Disk created',
    'The server has been deleted.',
    'Completed with no errors',
    'Volume unmounted successfully',
    'Unit web-1 is ready',
    'Completed. You will get a mail.',
    'Upload completed. No further action needed.',
    'All good',
    '操作成功',
    'OK.',
  ]),
  { code: 'SYS.0000', msg: 'success' },
  { code: '0', msg: '成功' },
];

/** Beside a word of success, too. */
export const HARMFUL: readonly Json[] = [
  ...named('message', [
    'Scheduling failed: 0/3 nodes are available',
    'Error: 0 nodes left',
    'errors: no space left',
    'recovered, then failed',
    'timeout',
    '1 of 5 failed',
    'Failed after 2 attempts',
    'Not all have failed, two errors',
  ]),
  ...named('error', [
    'No error handler found',
    'cannot report success',
    'Expected success',
    'Partial success',
    'Rolled back successfully',
    'NOT_SUCCESS',
    'E0001',
    'never completed',
    '有错误',
    'Abnormal',
    'UNSPECIFIED',
    'No quota error',
    'not successful',
    '未成功',
    '0x80070005',
    { code: 200, message: 'no quota' },
    { code: 'E17' },
  ]),
  { result: { success: 0 } },
  { result: 'notification_failed' },
  { outcome: 'node_error' },
  { outputs: { success: 0, code: 17 } },
  { current_stage: { code: 'S5', message: 'The quota is exceeded' } },
  { infrastructure: { error: 'x' } },
  { catalog: { state: 'failed' } },
];

/** Where the HTTP status alone tells it. */
export const HARMFUL_TALK: readonly Json[] = named('message', [
  'Job created',
  'Export started',
  'It has finished. It was not successful.',
  'Your session has been removed',
  'The disk is not created',
  'No disk was created',
  'Rollback completed',
  '操作未成功',
]);
