import type { Trouble } from '../../jobs/observation.ts';
import type { KeyAuth, TokenAuth } from '../origin-config.ts';
import { authorization, sdkDate } from './sign.ts';
import type { Clock } from '../../ports.ts';

/** Proves to a service who asks. */
export interface Auth {
  /** What to send along with this question, or what stands in the way. */
  prove(method: string, url: URL): Promise<Proof | Trouble>;
  /** The service answered 401 to this proof. True: a new one may do better. */
  refused(proof: Proof): boolean;
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

/** Every question is signed for itself; nothing is fetched. */
export const keyAuth = (auth: KeyAuth, projectId: string, clock: Clock): Auth => ({
  async prove(method, url) {
    const sent = {
      'x-project-id': projectId,
      'x-sdk-date': sdkDate(clock()),
      ...(auth.securityToken && { 'x-security-token': auth.securityToken() }),
    };
    const request = { method, url, headers: { ...sent, host: url.host } };
    return proof({ ...sent, authorization: authorization(request, auth.accessKey(), auth.secretKey()) });
  },
  refused: () => false,
});
