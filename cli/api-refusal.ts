import type { ApiError } from '../client/api-error.ts';
import { Refusal } from './refusal.ts';

export const MAKE_TOKEN =
  '`jobchime token create NAME` makes one where the service runs (on AWS: docs/aws.md).';

/** Whether Jobchime itself has said so. */
export const isOurProblem = ({ problem }: ApiError): boolean =>
  problem.type.startsWith('urn:jobchime:problem:');

/** What the API refused, for people. `url` is null where the API is in this process. */
export function refusalOf(error: ApiError, url: string | null): Refusal {
  const { status, problem, retryAfterMs } = error;
  const fixes = [...new Set(problem.errors?.map(({ fix }) => fix))].slice(0, 3);
  const told = [`${problem.detail}${/[.!?]$/.test(problem.detail) ? '' : '.'}`, ...fixes].join(' ');
  if (url === null) return new Refusal(told, { cause: error });
  if (!isOurProblem(error)) return notJobchime(url, status);
  const passing = status === 429 || status >= 500;
  const says = (words: string): Refusal => new Refusal(`${url} ${words}`, { passing, cause: error });
  if (status === 401) return says(`does not take the token in JOBCHIME_TOKEN. ${told} ${MAKE_TOKEN}`);
  if (status === 403)
    return says(`does not allow this to the token in JOBCHIME_TOKEN. ${told} ${MAKE_TOKEN}`);
  if (status === 429)
    return says(`gets too many requests. Try again in ${Math.ceil((retryAfterMs ?? 1_000) / 1_000)} s.`);
  return says(`${status >= 500 ? 'is in trouble' : 'refuses this'}. ${told}`);
}

export const notJobchime = (url: string, status: number): Refusal =>
  status >= 500
    ? new Refusal(
        `${url} answers HTTP ${status}, and not as Jobchime does: something before it is in trouble. Try again later.`,
        { passing: true },
      )
    : new Refusal(
        `What answers at ${url} is not Jobchime (HTTP ${status}). Give the address of its API, without /v1.`,
      );
