import type { RequestSettings } from '../../../core/notify/subscription.ts';
import { authorization, readyKeys, sdkDate } from '../../platform/sdk-signature.ts';

export interface Signed {
  headers: Record<string, string>;
  /** All of it that an echo may give away. */
  secrets: string[];
}
interface Request {
  method: string;
  url: string;
  contentType: string;
  body: string;
}

/** Signs requests with the access key of an account of Huawei Cloud or OTC, as their services want it. */
export function huaweiAuth() {
  const keys = readyKeys();
  return ({ auth }: RequestSettings, { method, url, contentType, body }: Request, at: number): Signed => {
    if (!auth) return { headers: {}, secrets: [] };
    const [accessKey, secretKey, token] = [auth.accessKey(), auth.secretKey(), auth.securityToken?.()];
    const { host } = new URL(url);
    const own = {
      'content-type': contentType,
      'x-sdk-date': sdkDate(at),
      ...(token !== undefined && { 'x-security-token': token }),
    };
    const signable = { method, url: new URL(url), headers: { ...own, host }, body };
    const value = authorization(signable, accessKey, secretKey, 'access', keys);
    const signature = value.slice(value.lastIndexOf('=') + 1);
    return {
      headers: { ...own, authorization: value },
      secrets: [accessKey, secretKey, value, signature, ...(token === undefined ? [] : [token])],
    };
  };
}
