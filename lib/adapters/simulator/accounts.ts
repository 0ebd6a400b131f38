/** Who has access. The passwords and keys of a simulator protect nothing; they are there to be checked. */
export interface Account {
  domain: string;
  user: string;
  password: string;
  /** A token is good for one of them, a signature for all. */
  projects: readonly { id: string; name: string }[];
  /** With `securityToken`: a temporary key, good only together with it. */
  accessKeys: readonly { access: string; secret: string; securityToken?: string }[];
  /** What it lets others do in its name: the domain `delegatedTo` may assume the agency. */
  agencies?: readonly { name: string; delegatedTo: string }[];
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

/** Somebody else, whose project is foreign to the first one, unless it assumes the agency. */
export const SECOND_ACCOUNT: Account = {
  domain: 'second-domain',
  user: 'second-user',
  password: 'second-password',
  projects: [{ id: 'fedcba9876543210fedcba9876543210', name: 'eu-nl' }],
  accessKeys: [{ access: 'EXAMPLEACCESSKEY0003', secret: 'exampleSecondKey/0123456789abcdefghijklmn' }],
  agencies: [{ name: 'job-watching', delegatedTo: 'simulated-domain' }],
};
