import type { NotFound, Trouble } from '../../../core/jobs/observation.ts';
import { faultOf, type Answer } from '../fault.ts';
import type { Transport } from '../transport.ts';
import type { Auth } from './auth.ts';

export interface Asking {
  /** The caller, where IAM needs it. */
  caller?: Auth | undefined;
  signal?: AbortSignal | undefined;
}

/** One request to IAM: what it answered with 201, or what stood in the way. */
export async function askIam(
  transport: Transport,
  url: URL,
  content: object,
  { caller, signal }: Asking = {},
  again = false,
): Promise<{ kind: 'granted'; answer: Answer } | Trouble> {
  const body = JSON.stringify(content);
  const proof = await caller?.prove({ method: 'POST', url, body, signal });
  if (proof && proof.kind !== 'proof') return proof;
  const headers = { 'content-type': 'application/json;charset=utf8', ...proof?.headers };
  const sent = await transport(url, { method: 'post', headers, body, ...(signal && { signal }) });
  if (sent.kind !== 'answer') return sent;
  const { answer } = sent;
  if (answer.status === 201) return { kind: 'granted', answer };
  const renewable = proof && isRefusal(answer) && !again && caller?.refused(proof);
  return renewable ? askIam(transport, url, content, { caller, signal }, true) : refusal(answer);
}

/** `iam` as configured and the path of a call. */
export const iamUrl = (iam: string, path: string): URL => new URL(iam.replace(/\/+$/, '') + path);

/** IAM.1108 with 400 says of a token that it has expired. */
const isRefusal = ({ status, body }: Answer): boolean => status === 401 || body.includes('IAM.1108');

/** What IAM does not understand or find is the name, the account or the project it was given: credentials that do not fit. */
export const refusal = (answer: Answer): Trouble => refusalOf(answer, faultOf(answer));

export function refusalOf(answer: Answer, fault: Trouble | NotFound): Trouble {
  const aboutUs = answer.status >= 400 && answer.status < 500;
  return fault.kind === 'not_found' || (fault.kind === 'malformed' && aboutUs)
    ? { kind: 'denied', detail: fault.detail }
    : fault;
}
