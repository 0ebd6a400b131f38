import type { BasicAuth, BearerAuth, HeaderAuth } from '../../../core/origin-config.ts';
import type { Secrets } from '../../platform/secrets.ts';
import { lazily } from '../../../core/lazily.ts';
import { proof, type Auth } from './auth.ts';

/** What is sent as it is, with every request. */
export function headerAuth(
  auth: BearerAuth | HeaderAuth | BasicAuth,
  { secrets }: { secrets: Pick<Secrets, 'add'> },
): Auth {
  const headers = lazily(() => headersOf(auth, secrets));
  return { prove: () => proof(headers()), refused: () => false };
}

function headersOf(
  auth: BearerAuth | HeaderAuth | BasicAuth,
  secrets: Pick<Secrets, 'add'>,
): Record<string, string> {
  switch (auth.kind) {
    case 'bearer':
      return { authorization: `Bearer ${auth.token()}` };
    case 'header':
      return { [auth.name]: auth.value() };
    case 'basic':
      return { authorization: `Basic ${basicOf(auth.user, auth.password(), secrets)}` };
  }
}

/** User and password in one text, which is a secret as the password is. */
export const basicOf = (user: string, password: string, secrets: Pick<Secrets, 'add'>): string =>
  secrets.add(Buffer.from(`${user}:${password}`).toString('base64'))();
