import { isRecord } from '../../../core/is-record.ts';
import type { Receipt } from '../../../core/notify/delivery.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Channel } from '../../../ports.ts';
import type { HttpAnswer, HttpTrouble } from '../../platform/http.ts';
import { contentOf, noting } from '../own-words.ts';
import { post, type Exchange } from '../post.ts';
import { redactor, secretsOfUrl } from '../redact.ts';
import { byStatus, disable, receiptFor, refuse, retry, type StatusTable, type Verdict } from '../verdict.ts';
import { shortTeamsMessage, teamsMessage } from './card.ts';
import { teams } from './definition.ts';
import { asJson, type Written } from '../written.ts';

/** The workflow runs after it has answered: whether Teams shows the card is not said to anybody. */
const ACCEPTED: Verdict = { kind: 'sent', reason: 'accepted' };

export const BY_STATUS: StatusTable = {
  '1xx': retry('server_error'),
  '2xx': ACCEPTED,
  '3xx': retry('redirected'),
  400: refuse('client_error'),
  401: disable('auth_error'),
  403: disable('auth_error'),
  404: disable('gone'),
  410: disable('gone'),
  413: refuse('client_error'),
  429: retry('rate_limited'),
  '4xx': retry('client_error'),
  '5xx': retry('server_error'),
};

/** Codes of a 400 that stay as they are until somebody sees to it. */
export const BY_CODE = new Map<string, Verdict>([
  ['WorkflowTriggerIsNotEnabled', disable('gone')],
  ['MissingApiVersionParameter', disable('auth_error')],
]);

const HINTS = new Map<string | number, string>([
  ['WorkflowTriggerIsNotEnabled', 'Turn the workflow on in Teams'],
  ['MissingApiVersionParameter', 'Copy the whole URL of the workflow again'],
  [401, 'Set "Who can trigger the flow" to Anyone in the workflow, and copy its URL again'],
  [403, 'Set "Who can trigger the flow" to Anyone in the workflow, and copy its URL again'],
  [404, 'The workflow is gone: make a new one'],
  [410, 'The workflow is gone: make a new one'],
]);

/** One card by a workflow that a webhook starts. */
export function createTeams({ exchange }: { exchange: Exchange }): Channel {
  return {
    async send(message) {
      const { target, at, signal } = message;
      const url = target.address();
      const clean = redactor(secretsOfUrl(url));
      const worded = await contentOf(message, teams.words!);
      const { content } = worded;
      const answer = await post(exchange, url, JSON.stringify(teamsMessage(content)), {}, signal);
      if (!answer.ok || answer.status !== 413) return noting(receiptOf(answer, at, clean), worded);
      const short = await post(exchange, url, JSON.stringify(shortTeamsMessage(content)), {}, signal);
      const receipt = receiptOf(short, at, clean);
      return noting({ ...receipt, detail: `shortened (HTTP 413): ${receipt.detail}` }, worded);
    },
  };
}

export { createTeams as createSender };

function receiptOf(answer: HttpAnswer | HttpTrouble, at: number, clean: (text: string) => string): Receipt {
  const receipt = receiptFor(answer, verdictOf, at, clean);
  if (receipt.kind === 'sent') return { ...receipt, detail: `accepted, not confirmed: ${receipt.detail}` };
  const hint = answer.ok && (HINTS.get(codeOf(answer)) ?? HINTS.get(answer.status));
  return hint ? { ...receipt, detail: `${hint}. ${receipt.detail}` } : receipt;
}

const verdictOf = (answer: HttpAnswer): Verdict =>
  (answer.status === 400 && BY_CODE.get(codeOf(answer))) || byStatus(BY_STATUS, answer.status);

/** `{"error":{"code":"...","message":"..."}}` */
function codeOf({ body }: HttpAnswer): string {
  const said = parseJson(body);
  const error = isRecord(said) ? said['error'] : null;
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : '';
}

export const written: Written = (content) => asJson(teamsMessage(content));
