import type { Trouble } from '../../../core/jobs/observation.ts';
import type { Clock } from '../../../ports.ts';
import type { Keys, SignatureForm, TokenAuth } from '../../../core/origin-config.ts';
import { authorization, sdkDate } from './sign.ts';

/** Proves to a service who asks. */
export interface Auth {
  /** What to send along with this question, or what stands in the way. */
  prove(question: Question): Promise<Proof | Trouble>;
  /** The service answered 401 to this proof. True: a new one may do better. */
  refused(proof: Proof): boolean;
}

/** What is to be asked. */
export interface Question {
  method: string;
  url: URL;
  body?: string;
  /** Ends what has to be asked before. */
  signal?: AbortSignal | undefined;
}

export interface Proof {
  kind: 'proof';
  headers: Record<string, string>;
}

export const proof = (headers: Record<string, string>): Proof => ({ kind: 'proof', headers });

/** A ready-made token is sent as it is. */
export const tokenAuth = ({ token }: TokenAuth): Auth => ({
  prove: async () => proof({ 'x-auth-token': token() }),
  refused: () => false,
});

export interface Signing {
  /** Null for calls that belong to no project. */
  projectId: string | null;
  signature?: SignatureForm | undefined;
  clock: Clock;
}

/** Every question is signed for itself; nothing is fetched. */
export const keyAuth = (keys: Keys, signing: Signing): Auth => ({
  prove: async (question) => signed(keys, signing, question),
  refused: () => false,
});

export function signed(keys: Keys, signing: Signing, { method, url, body }: Question): Proof {
  const { projectId, signature = 'access', clock } = signing;
  const sent = {
    ...(projectId !== null && { 'x-project-id': projectId }),
    'x-sdk-date': sdkDate(clock()),
    ...(keys.securityToken && { 'x-security-token': keys.securityToken() }),
  };
  const request = { method, url, headers: { ...sent, host: url.host }, ...(body !== undefined && { body }) };
  return proof({
    ...sent,
    authorization: authorization(request, keys.accessKey(), keys.secretKey(), signature),
  });
}
