import * as z from 'zod';
import { ID } from '../../jobs/job.ts';
import { field, like, REFERENCE, type Rules } from './fields.ts';
import { readEndpoint } from './values.ts';

/** One place to ask: a service's endpoint, the project, and how to sign in. */
export function originSchema({ dialects, allowPrivate, secret }: Rules) {
  const endpoint = (hint: string) => field(hint, (text) => readEndpoint(text, allowPrivate));
  const reference = field(REFERENCE, secret);
  const keys = z.strictObject({
    access_key: reference,
    secret_key: reference,
    security_token: reference.optional(),
  });
  const password = z.strictObject({
    iam: endpoint('Write the IAM service, for example https://iam.eu-de.otc.t-systems.com.'),
    user: like(/\S/, 'a user name', "Write the IAM user's name."),
    domain: like(/\S/, 'a domain name', 'Write the account, for example OTC00000000001000000001.'),
    password: reference,
  });
  const token = z.strictObject({ token: reference });

  return z
    .strictObject({
      dialect: z.enum(dialects).meta({ hint: `Write one of ${dialects.join(', ')}.` }),
      cloud: z.enum(['huawei', 'otc']).meta({ hint: 'Write huawei or otc.' }),
      region: like(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a region', 'Write the region, for example eu-de.'),
      endpoint: endpoint('Write the service, for example https://ecs.eu-de.otc.t-systems.com.'),
      project: like(ID, 'a project id', 'Write the project id (not its name) in quotes: 32 characters.'),
      auth: z.union([keys, password, token]).meta({
        hint: 'Give access_key and secret_key; or iam, user, domain and password; or token.',
      }),
    })
    .meta({ hint: 'Give dialect, cloud, region, endpoint, project and auth.' });
}
