import * as z from 'zod';
import { accept, field, like, REFERENCE, refuse, type Read, type Rules } from '../../core/input/fields.ts';
import { readEndpoint, readServiceUrl } from '../../core/input/values.ts';

/** Ways to sign in that other clouds have. Each is recognised by its one key. */
export function ownAuthSchemas(rules: Rules) {
  const reference = field(REFERENCE, rules.secret);
  const text = (what: string) => like(/^\S(?:.{0,254}\S)?$/, what, `Write ${what}.`);
  const bearer = z.strictObject({ bearer: reference });
  const header = z.strictObject({
    header: z
      .strictObject({
        name: field('Write the name of the header, for example x-api-key.', readHeader),
        value: reference,
      })
      .meta({ hint: 'Give name and value of the header.' }),
  });
  const basic = z.strictObject({
    basic: z
      .strictObject({ user: text('the user'), password: reference })
      .meta({ hint: 'Give user and password.' }),
  });
  const oauth2 = z.strictObject({
    oauth2: z
      .strictObject({
        token_url: field(TOKEN_URL, (url) => readServiceUrl(url, rules.allowPrivate)),
        client_id: text('the id of the client'),
        client_secret: reference,
        scope: text('the scope, several with a space between them').optional(),
        audience: text('the audience').optional(),
        client_auth: z
          .enum(['basic', 'body'])
          .meta({ hint: 'Write basic (id and secret in a header) or body (in the form).' })
          .optional(),
      })
      .meta({ hint: 'Give token_url, client_id and client_secret.' }),
  });
  const keystone = z.strictObject({
    keystone: z
      .strictObject({
        url: field(KEYSTONE_URL, (url) => readEndpoint(url, rules.allowPrivate)),
        user: text('the user').optional(),
        user_domain: text('the domain of the user').optional(),
        password: reference.optional(),
        application_credential: text('the id of the application credential').optional(),
        secret: reference.optional(),
      })
      .superRefine((it, ctx) => {
        const isUser = it.user !== undefined && it.password !== undefined;
        const isApplication = it.application_credential !== undefined && it.secret !== undefined;
        const all = Object.keys(it).length;
        if ((isUser && all === 3 + Number(it.user_domain !== undefined)) || (isApplication && all === 3))
          return;
        const message = 'needs user and password, or application_credential and secret';
        ctx.addIssue({
          code: 'custom',
          message,
          params: { fix: 'Give the two that belong together, and url.' },
        });
      })
      .meta({ hint: 'Give url; and user, user_domain and password, or application_credential and secret.' }),
  });
  return [bearer, header, basic, oauth2, keystone] as const;
}

const TOKEN_URL = 'Write the URL that gives out tokens, for example https://login.example.com/oauth2/token.';
const KEYSTONE_URL = 'Write the URL of Keystone without /v3, for example https://cloud.example.com:5000.';

/** What the request itself is made of is nobody's to set. */
const NOT_THEIRS =
  /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|accept-encoding|content-type|proxy-.*)$/;

function readHeader(name: string): Read<string> {
  const lower = name.toLowerCase();
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(lower)) return refuse('is not the name of a header');
  return NOT_THEIRS.test(lower) ? refuse('is a header that the request itself has') : accept(lower);
}
