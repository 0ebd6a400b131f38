import type { Method, RequestSettings, Scalar, Secret } from './subscription.ts';

/** How a receiver wants to be spoken to, as the table has it: what may let one in is sealed, value by value. */
export interface StoredRequest {
  method?: Method;
  contentType?: string;
  body?: string;
  path?: string;
  timeoutMs?: number;
  success?: { json: Record<string, Scalar> };
  ca?: string;
  cert?: string;
  /** From here on sealed. */
  key?: string;
  headers?: Record<string, string>;
  secrets?: Record<string, string>;
  auth?: { accessKey: string; secretKey: string; securityToken?: string };
}

const mapped = <A, B>(them: Record<string, A>, how: (one: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(them).map(([name, one]) => [name, how(one)]));

export function toStored(request: RequestSettings, seal: (text: string) => string): StoredRequest {
  const { method, contentType, body, path, timeoutMs, success, ca, identity, headers, secrets, auth } =
    request;
  const sealed = (value: Secret): string => seal(value());
  return {
    ...(method && { method }),
    ...(contentType && { contentType }),
    ...(body !== undefined && { body }),
    ...(path !== undefined && { path }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(success && { success }),
    ...(ca && { ca: ca() }),
    ...(identity && { cert: identity.cert(), key: sealed(identity.key) }),
    ...(headers && { headers: mapped(headers, sealed) }),
    ...(secrets && { secrets: mapped(secrets, sealed) }),
    ...(auth && {
      auth: {
        accessKey: sealed(auth.accessKey),
        secretKey: sealed(auth.secretKey),
        ...(auth.securityToken && { securityToken: sealed(auth.securityToken) }),
      },
    }),
  };
}

/**
 * Null: something of it cannot be opened. `conceal`: whether the value is kept out of the log wherever it stands; a header may be
 * an ordinary word, which the log needs.
 */
export function fromStored(
  stored: StoredRequest,
  open: (sealed: string, conceal: boolean) => Secret | null,
): RequestSettings | null {
  let isLocked = false;
  const opened = (sealed: string, conceal = true): Secret => {
    const value = open(sealed, conceal);
    isLocked ||= value === null;
    return value ?? (() => '');
  };
  const { ca, cert, key, headers, secrets, auth, ...plain } = stored;
  const request: RequestSettings = {
    ...plain,
    ...(ca !== undefined && { ca: () => ca }),
    ...(cert !== undefined && key !== undefined && { identity: { cert: () => cert, key: opened(key) } }),
    ...(headers && { headers: mapped(headers, (one) => opened(one, false)) }),
    ...(secrets && { secrets: mapped(secrets, (one) => opened(one)) }),
    ...(auth && {
      auth: {
        accessKey: opened(auth.accessKey),
        secretKey: opened(auth.secretKey),
        ...(auth.securityToken !== undefined && { securityToken: opened(auth.securityToken) }),
      },
    }),
  };
  return isLocked ? null : request;
}
