import type { Trouble } from '../../../core/jobs/observation.ts';
import type { Clock } from '../../../ports.ts';
import type { Keys, SignatureForm, TokenAuth } from '../../../core/origin-config.ts';
import type { UrlParts } from '../../platform/http.ts';
import { authorization, readyKeys, sdkDate } from '../../platform/sdk-signature.ts';

/** Proves to a service who calls it. */
export interface Auth {
  /** What to send along with this request, or what stands in the way. */
  prove(request: Unsigned): Proof | Trouble | Promise<Proof | Trouble>;
  /** The service answered 401 to this proof. True: a new one may do better. */
  refused(proof: Proof): boolean;
}

/** What is to be sent. */
export interface Unsigned {
  method: string;
  url: UrlParts;
  body?: string;
  /** Ends the requests that have to go before. */
  signal?: AbortSignal | undefined;
}

export interface Proof {
  kind: 'proof';
  headers: Record<string, string>;
}

export const proof = (headers: Record<string, string>): Proof => ({ kind: 'proof', headers });

/** A ready-made token is sent as it is. */
export const tokenAuth = ({ token }: TokenAuth): Auth => ({
  prove: () => proof({ 'x-auth-token': token() }),
  refused: () => false,
});

export interface Signing {
  /** Null for calls that belong to no project. */
  projectId: string | null;
  /** It is an account's id, not a project's. */
  isAccount?: boolean;
  signature?: SignatureForm | undefined;
  clock: Clock;
}

/** Every request is signed for itself; nothing is fetched. */
export function keyAuth(keys: Keys, signing: Signing): Auth {
  const sign = createSigner(signing);
  return { prove: (request) => sign(keys, request), refused: () => false };
}

/** Signs for one identity. What a key and a second have in common is worked out once. */
export function createSigner(signing: Signing): (keys: Keys, request: Unsigned) => Proof {
  const { projectId, isAccount = false, signature = 'access', clock } = signing;
  const ready = readyKeys();
  let [second, date] = [Number.NaN, ''];
  return (keys, { method, url, body }) => {
    const now = clock();
    if (Math.floor(now / 1_000) !== second) [second, date] = [Math.floor(now / 1_000), sdkDate(now)];
    const sent: Record<string, string> = { 'x-sdk-date': date };
    if (projectId !== null) sent[isAccount ? 'x-domain-id' : 'x-project-id'] = projectId;
    if (keys.securityToken) sent['x-security-token'] = keys.securityToken();
    const request = {
      method,
      url,
      headers: { ...sent, host: url.host },
      ...(body !== undefined && { body }),
    };
    sent['authorization'] = authorization(request, keys.accessKey(), keys.secretKey(), signature, ready);
    return proof(sent);
  };
}
