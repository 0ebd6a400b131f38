import type { Account } from './accounts.ts';
import { gateway, tokenExpired, type Answer, type Call } from './exchange.ts';
import { canonicalRequest, parseAuthorization, sameSignature, signatureOf } from './signature.ts';
import type { Tokens } from './tokens.ts';

/** The projects that the caller may ask about, or the answer that turns it away. */
export type Admission = { admitted: true; projects: readonly string[] } | { admitted: false; answer: Answer };
export type Gate = (call: Call) => Admission;

/** A signature is good for this long before and after its date; milliseconds. */
const SKEW = 15 * 60_000;

/** Lets in who brings a good token or a good signature (SDK-HMAC-SHA256, permanent or temporary keys). */
export function createGate(accounts: readonly Account[], tokens: Tokens, clock: () => number): Gate {
  const keys = new Map(
    accounts.flatMap(({ accessKeys, projects }) =>
      accessKeys.map((key) => [key.access, { ...key, projects: projects.map(({ id }) => id) }] as const),
    ),
  );

  return (call) => {
    if (call.headers.authorization !== undefined) return bySignature(call, call.headers.authorization);
    const token = call.headers['x-auth-token'];
    return token === undefined ? refuse(call, 'x-auth-token not found') : byToken(call, String(token));
  };

  function byToken(call: Call, token: string): Admission {
    const checked = tokens.check(token);
    switch (checked.state) {
      case 'good':
        return { admitted: true, projects: checked.projectId === null ? [] : [checked.projectId] };
      case 'updated':
        return { admitted: false, answer: tokenExpired(call) };
      default:
        return refuse(call, 'decrypt token fail');
    }
  }

  function bySignature(call: Call, authorization: string): Admission {
    const signed = parseAuthorization(authorization);
    if (!signed) return refuse(call, 'authorization header format is incorrect');
    const key = keys.get(signed.access);
    // The real gateway quotes the access key here and the signed headers below: what is logged must be redacted.
    if (!key) return refuse(call, `ak ${signed.access} not exist`);
    const date = String(call.headers['x-sdk-date'] ?? '');
    const signedAt = parseDate(date);
    if (signedAt === null || !signed.headers.includes('x-sdk-date')) {
      return refuse(call, 'x-sdk-date is missing, not signed or not of the form YYYYMMDDTHHMMSSZ');
    }
    const now = clock();
    if (Math.abs(now - signedAt) > SKEW) {
      return refuse(call, `signature expired, signature time:${date},server time:${formatDate(now)}`);
    }
    const session = call.headers['x-security-token'];
    if (session !== key.securityToken) return refuse(call, 'verify securityToken fail');
    const canonical = canonicalRequest(call, signed.headers);
    if (!sameSignature(signed.signature, signatureOf(canonical, date, key.secret))) {
      const quoted = canonical.replaceAll('\n', '|');
      return refuse(call, `verify aksk signature fail, canonicalRequest:${quoted}`);
    }
    const named = call.headers['x-project-id'];
    return { admitted: true, projects: key.projects.filter((id) => named === undefined || id === named) };
  }
}

const refuse = (call: Call, why: string): Admission => ({
  admitted: false,
  answer: gateway(call, 401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`),
});

const formatDate = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Epoch milliseconds of `20191115T033655Z`, or null. */
function parseDate(text: string): number | null {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const at = iso === text ? NaN : Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}
