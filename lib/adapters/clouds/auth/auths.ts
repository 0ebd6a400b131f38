import { createHash } from 'node:crypto';
import type { Secrets } from '../../platform/secrets.ts';
import type { Clock } from '../../../ports.ts';
import { whyMissing } from '../../../core/input/missing-secret.ts';
import {
  secretsOf,
  type KeyAuth,
  type OriginConfig,
  type PasswordAuth,
} from '../../../core/origin-config.ts';
import type { Dialect } from '../dialect.ts';
import type { Transport } from '../transport.ts';
import { agencyKeys, renewedKeyAuth } from './agency-keys.ts';
import { keyAuth, tokenAuth, type Auth } from './auth.ts';
import { createRenewed } from './renewed.ts';
import { clientTokens, renewedBearerAuth } from './oauth2.ts';
import { headerAuth } from './own.ts';
import { agencyTokens, keystoneTokens, named, renewedTokenAuth, userTokens } from './tokens.ts';

/** Its origin is in trouble, and says so like one that is refused; the others go on. */
const unprovable = (detail: string): Auth => ({
  prove: async () => ({ kind: 'denied', detail }),
  refused: () => false,
});

interface AuthsDeps {
  transport: Transport;
  secrets: Pick<Secrets, 'add' | 'forget'>;
  clock: Clock;
}

/**
 * How each origin proves who it is. Origins of one identity and one project share what IAM hands out: it limits how often it
 * is checked, and a token serves all services of its project.
 */
export function createAuths(
  deps: AuthsDeps,
): (origin: Pick<OriginConfig, 'auth' | 'projectId'>, dialect?: Pick<Dialect, 'scope'>) => Auth {
  const { clock } = deps;
  const known = new Map<string, Auth>();
  const shared = (identity: unknown[], make: () => Auth): Auth => {
    // Hashed, because what is secret takes part: with another password it is another identity.
    const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
    const auth = known.get(key) ?? make();
    known.set(key, auth);
    return auth;
  };

  const byPassword = (auth: PasswordAuth, projectId: string, isAccount: boolean): Auth => {
    const { iam, user, domain, password, agency } = auth;
    const who = [iam, user, domain, password()];
    const tokensOf = (scope: Parameters<typeof userTokens>[1]): Auth =>
      shared([...who, scope], () =>
        renewedTokenAuth(createRenewed(userTokens({ iam, user, domain, password }, scope, deps), deps)),
      );
    const scope = isAccount ? { domain: { id: projectId } } : { project: { id: projectId } };
    if (!agency) return tokensOf(scope);
    // Assuming an agency is a right of the account, not one in a project.
    const caller = tokensOf({ domain: named(domain) });
    return shared([...who, scope, agency], () =>
      renewedTokenAuth(createRenewed(agencyTokens(iam, agency, scope, caller, deps), deps)),
    );
  };

  const byKeys = (auth: KeyAuth, projectId: string, isAccount: boolean): Auth => {
    const { agency, signature } = auth;
    const signing = { projectId, isAccount, signature, clock };
    if (!agency) return keyAuth(auth, signing);
    const who = [agency, auth.accessKey(), auth.secretKey(), auth.securityToken?.()];
    const caller = keyAuth(auth, { ...signing, projectId: null });
    return shared([...who, projectId, isAccount, signature], () =>
      renewedKeyAuth(
        createRenewed(
          agencyKeys(
            agency.iam,
            agency,
            isAccount ? { domain: { id: projectId } } : { project: { id: projectId } },
            caller,
            deps,
          ),
          deps,
        ),
        signing,
      ),
    );
  };

  return ({ auth, projectId }, dialect) => {
    const isAccount = dialect?.scope === 'account';
    const missing = whyMissing(secretsOf(auth));
    if (missing !== null) return unprovable(missing);
    switch (auth.kind) {
      case 'keys':
        return byKeys(auth, projectId, isAccount);
      case 'password':
        return byPassword(auth, projectId, isAccount);
      case 'token':
        return tokenAuth(auth);
      case 'bearer':
      case 'header':
      case 'basic':
        return headerAuth(auth, deps);
      case 'oauth2': {
        const { clientSecret, ...who } = auth;
        return shared([who, clientSecret()], () =>
          renewedBearerAuth(createRenewed(clientTokens(auth, deps), { ...deps, from: 'OAuth 2.0' })),
        );
      }
      case 'keystone': {
        const { password, ...who } = auth;
        return shared([who, password(), projectId], () =>
          renewedTokenAuth(
            createRenewed(keystoneTokens(auth, projectId, deps), { ...deps, from: 'Keystone' }),
          ),
        );
      }
    }
  };
}
