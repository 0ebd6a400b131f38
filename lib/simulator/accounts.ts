/** Who may ask. The passwords and keys of a simulator protect nothing; they are there to be checked. */
export interface Account {
  domain: string;
  user: string;
  password: string;
  /** A token is good for one of them, a signature for all. */
  projects: readonly { id: string; name: string }[];
  /** With `securityToken`: a temporary key, good only together with it. */
  accessKeys: readonly { access: string; secret: string; securityToken?: string }[];
}

export const DEFAULT_ACCOUNT: Account = {
  domain: 'simulated-domain',
  user: 'jobchime',
  password: 'simulated-password',
  projects: [{ id: '0123456789abcdef0123456789abcdef', name: 'eu-de' }],
  accessKeys: [
    { access: 'EXAMPLEACCESSKEY0001', secret: 'exampleSecretKey/0123456789abcdefghijklmn' },
    {
      access: 'EXAMPLEACCESSKEY0002',
      secret: 'exampleTemporaryKey/0123456789abcdefghij',
      securityToken: 'EXAMPLE-SESSION-TOKEN-0001',
    },
  ],
};
