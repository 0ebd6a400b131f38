import type { Account } from './accounts.ts';
import { gateway, tokenExpired, type Answer, type Call } from './exchange.ts';
import type { Keys } from './keys.ts';
import {
  canonicalRequest,
  olderSignatureOf,
  parseAuthorization,
  sameSignature,
  signatureOf,
} from './signature.ts';
import type { Tokens } from './tokens.ts';

/** The caller and its projects, or the answer that refuses it; `expired` when its token was valid once. */
export type Admission =
  | { admitted: true; account: Account; projects: readonly string[] }
  | { admitted: false; answer: Answer; expired: boolean };
/** The server's clock is `skewMs` ahead of the right time. */
export type Gate = (call: Call, skewMs?: number) => Admission;

/** A signature is good for this long before and after its date; milliseconds. */
const SKEW = 15 * 60_000;

interface Parts {
  keys: Keys;
  tokens: Tokens;
  /** Take signatures of the older form too. */
  olderSignature: boolean;
  clock: () => number;
}

/** Lets in who brings a good token or a good signature (SDK-HMAC-SHA256, permanent or temporary keys). */
export function createGate({ keys, tokens, olderSignature, clock }: Parts): Gate {
  return (call, skewMs = 0) => {
    const { authorization } = call.headers;
    if (authorization !== undefined) return bySignature(call, authorization, clock() + skewMs);
    const token = call.headers['x-auth-token'];
    return token === undefined ? refuse(call, 'x-auth-token not found') : byToken(call, String(token));
  };

  function byToken(call: Call, token: string): Admission {
    const checked = tokens.check(token);
    switch (checked.state) {
      case 'good': {
        const { account, projectId } = checked;
        return { admitted: true, account, projects: projectId === null ? [] : [projectId] };
      }
      case 'updated':
        return { admitted: false, answer: tokenExpired(call), expired: true };
      default:
        return refuse(call, 'decrypt token fail');
    }
  }

  function bySignature(call: Call, authorization: string, now: number): Admission {
    const signed = parseAuthorization(authorization);
    if (!signed || (signed.scope !== null && !olderSignature)) {
      return refuse(call, 'authorization header format is incorrect');
    }
    const key = keys.find(signed.access);
    // The real gateway quotes the access key here and the signed headers below: what is logged must be redacted.
    if (!key) return refuse(call, `ak ${signed.access} not exist`);
    const date = String(call.headers['x-sdk-date'] ?? '');
    const signedAt = parseDate(date);
    if (signedAt === null || !signed.headers.includes('x-sdk-date')) {
      return refuse(call, 'x-sdk-date is missing, not signed or not of the form YYYYMMDDTHHMMSSZ');
    }
    if (Math.abs(now - signedAt) > SKEW) {
      return refuse(call, `signature expired, signature time:${date},server time:${formatDate(now)}`);
    }
    const session = call.headers['x-security-token'];
    if (session !== key.securityToken) return refuse(call, 'verify securityToken fail');
    const canonical = canonicalRequest(call, signed.headers);
    const expected =
      signed.scope === null
        ? signatureOf(canonical, date, key.secret)
        : olderSignatureOf(canonical, date, key.secret, signed.scope);
    if (!sameSignature(signed.signature, expected)) {
      const quoted = canonical.replaceAll('\n', '|');
      return refuse(call, `verify aksk signature fail, canonicalRequest:${quoted}`);
    }
    // The right time counts: only the check of the signature suffers from a clock that is wrong.
    if (key.expiresAt !== null && key.expiresAt <= clock()) {
      return refuse(call, 'verify securityToken fail, the securityToken has expired', true);
    }
    const named = call.headers['x-project-id'];
    const projects = key.projects.filter((id) => named === undefined || id === named);
    return { admitted: true, account: key.account, projects };
  }
}

const refuse = (call: Call, why: string, expired = false): Admission => ({
  admitted: false,
  answer: gateway(call, 401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`),
  expired,
});

const formatDate = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Epoch milliseconds of `20191115T033655Z`, or null. */
function parseDate(text: string): number | null {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const at = iso === text ? NaN : Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}
