import type { VerifyFailure, WebhookMessage } from '../../receiver/index.ts';

/** A message, and what became of it. */
export interface Arrived {
  /** Epoch milliseconds. */
  at: number;
  /** Its `webhook-id`; null: it had none. */
  id: string | null;
  /** What it says, once it is known to be genuine; else why not. */
  event: WebhookMessage['event'] | null;
  failure: VerifyFailure | null;
  /** How often a message with this id has come, with this one. */
  times: number;
  /** How it was answered, for people. */
  answer: string;
}

const WHY: Record<VerifyFailure, string> = {
  missing_header: 'it lacks webhook-id, webhook-timestamp or webhook-signature, so it is not from Jobchime',
  stale: 'it was signed more than 5 minutes ago or ahead; compare the clocks of both machines',
  bad_signature: 'it was signed with another key, or changed on the way',
  not_json: 'it is signed with the key, but no JSON object',
};

/** One line for people and, of what is genuine, the body. */
export function forPeople({ at, id, event, failure, times, answer }: Arrived): string {
  const time = new Date(at).toISOString().slice(11, 19);
  const of = id === null ? '' : `  ${printable(id)}`;
  const again = times > 1 ? `  (seen ${times} times)` : '';
  if (!event) return `${time}  NOT VERIFIED: ${WHY[failure!]}${of}${again}  -> ${answer}`;
  const head = `${time}  ${printable(event.type)}  verified${of}${again}  -> ${answer}`;
  return `${head}\n${printable(JSON.stringify(event, null, 2)).replaceAll(/^/gm, '  ')}`;
}

export const forPrograms = ({ at, id, event, failure, times, answer }: Arrived): string =>
  printable(
    JSON.stringify({
      at: new Date(at).toISOString(),
      id,
      verified: event !== null,
      failure,
      times,
      answer,
      event,
    }),
  );

/** What came from outside and would do something to a terminal, written out. JSON stays the same JSON. */
const printable = (text: string): string =>
  text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
