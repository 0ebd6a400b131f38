import type { Account } from './accounts.ts';
import type { Gate } from './auth.ts';
import { unknownApi, type Answer, type Call } from './exchange.ts';
import { createCatalogCall, createDomainsCall, createProjectsCall } from './iam/catalog.ts';
import { createSecurityTokenCall } from './iam/security-tokens.ts';
import { createTokenCall } from './iam/tokens.ts';
import type { Keys } from './keys.ts';
import type { Tokens } from './tokens.ts';

interface Parts {
  accounts: readonly Account[];
  tokens: Tokens;
  keys: Keys;
  gate: Gate;
}

/** The part of IAM that hands out tokens and temporary keys, and says what there is. `path` is without prefix. */
export function createIam(parts: Parts) {
  const routes: Record<string, (call: Call) => Answer> = {
    'POST /v3/auth/tokens': createTokenCall(parts),
    'POST /v3.0/OS-CREDENTIAL/securitytokens': createSecurityTokenCall(parts),
    'GET /v3/auth/catalog': createCatalogCall(parts),
    'GET /v3/auth/domains': createDomainsCall(parts),
    'GET /v3/auth/projects': createProjectsCall(parts),
    'GET /v3/projects': createProjectsCall(parts),
  };
  return (call: Call, path: string): Answer => (routes[`${call.method} ${path}`] ?? unknownApi)(call);
}
