import { readsLikeFailure, type Meaning } from '../../core/dialect.ts';
import type { Raw } from './raw-dialect.ts';

interface Fault {
  path: PropertyKey[];
  message: string;
  fix: string;
}

/**
 * What would make a dialect useless or dangerous: one that cannot end, one that cannot fail, and one that takes for success what
 * reads like a failure. The last can only be a mistake, and nobody would ever hear of it.
 */
export const faultsOfDialect = (it: Raw): Fault[] => [
  ...ofQuery(it),
  ...ofEnds(it),
  ...twice(it.words ?? {}, 'words', (word) => String(word).trim().toLowerCase()),
  ...twice(it.http_status ?? {}, 'http_status', String),
  ...likeFailures(it),
  ...ofRequest(it),
];

function ofQuery({ path, body, method }: Raw): Fault[] {
  const asks = path.includes('{job_id}') || JSON.stringify(body ?? {}).includes('{job_id}');
  return [
    ...(body && method !== 'POST'
      ? [{ path: ['body'], message: 'is sent by POST alone', fix: 'Write method: POST, or remove it.' }]
      : []),
    ...(asks
      ? []
      : [{ path: ['path'], message: 'does not say which job is meant', fix: 'Put {job_id} into it.' }]),
  ];
}

function ofEnds({ status, words = {}, http_status: http = {}, failed_if }: Raw): Fault[] {
  const has = (meaning: Meaning): boolean =>
    Boolean(words[meaning]?.length) || Boolean(http[meaning]?.length);
  const given = Object.values(words).some((list) => list?.length);
  if (!status && Object.values(http).every((list) => !list?.length))
    return [
      { path: ['status'], message: 'is missing', fix: 'Write where the status stands, or give http_status.' },
    ];
  return [
    ...(status && !given
      ? [{ path: ['words'], message: 'is missing', fix: 'Say what the words of status mean.' }]
      : []),
    ...(!status && given
      ? [
          {
            path: ['status'],
            message: 'is missing: words belong to it',
            fix: 'Write where the status stands.',
          },
        ]
      : []),
    ...(has('succeeded')
      ? []
      : [
          {
            path: ['words'],
            message: 'says no success',
            fix: 'Give words.succeeded or http_status.succeeded.',
          },
        ]),
    ...(has('failed') || failed_if
      ? []
      : [
          {
            path: ['words'],
            message: 'says no failure: one would be taken for something else',
            fix: 'Give words.failed or failed_if.',
          },
        ]),
  ];
}

function twice<T>(
  table: { readonly [meaning: string]: readonly T[] | undefined },
  key: string,
  nameOf: (value: T) => string,
): Fault[] {
  const known = new Map<string, string>();
  const found: Fault[] = [];
  for (const [meaning, list] of Object.entries(table)) {
    for (const [n, value] of (list ?? []).entries()) {
      const before = known.get(nameOf(value));
      if (before !== undefined && before !== meaning)
        found.push({
          path: [key, meaning, n],
          message: `stands under ${before} too`,
          fix: 'Keep it where it belongs: case does not count.',
        });
      known.set(nameOf(value), meaning);
    }
  }
  return found;
}

const likeFailures = ({ words = {} }: Raw): Fault[] =>
  (words.succeeded ?? []).flatMap((word, n) =>
    typeof word === 'string' && readsLikeFailure(word.trim())
      ? [
          {
            path: ['words', 'succeeded', n],
            message: 'reads like a failure',
            fix: 'List it under failed: nobody would hear that such a job failed.',
          },
        ]
      : [],
  );

/** They say that the request, or its sender, was refused. Nothing of the job. */
const REQUEST = [401, 403, 404, 405, 407, 408, 410, 421, 425, 429, 451];

function ofRequest({ http_status: http = {} }: Raw): Fault[] {
  return Object.entries(http).flatMap(([meaning, list]) =>
    (list ?? []).flatMap((status, n): Fault[] => {
      const path = ['http_status', meaning, n];
      if ((status >= 300 && status < 400) || status >= 500 || REQUEST.includes(status))
        return [
          {
            path,
            message: 'says something of the request, not of the job',
            fix: 'Remove it. Of 400 to 499 others than 401, 403, 404, 408, 410 and 429 may say that a job failed.',
          },
        ];
      return status >= 300 && meaning !== 'failed'
        ? [{ path, message: 'is an error', fix: 'List it under failed, or remove it.' }]
        : [];
    }),
  );
}
