import * as z from 'zod';
import {
  accept,
  EVEN_IF_FAULTY,
  isReference,
  refuse,
  type KnownClouds,
  type Rules,
} from '../../../core/input/fields.ts';
import { isRecord } from '../../../core/is-record.ts';
import { faultsOfPairs, requestFields, requestOf } from './request-fields.ts';

const NO_CLOUDS: KnownClouds = {
  clouds: [],
  dialects: [],
  own: [],
  dialectsOf: () => [],
  regions: () => [],
  endpoint: () => null,
  iam: () => null,
  servicesOf: () => [],
  traceEndpoint: () => null,
  hostOf: (_, dialect) => dialect,
  owns: () => false,
  with: () => NO_CLOUDS,
};

/**
 * A request that somebody describes through the API. Such a caller may not read what this machine has, so a secret is given
 * as it is; and which way messages leave this machine, its proxy, is the configuration's to say.
 */
const RULES: Rules = {
  clouds: NO_CLOUDS,
  trustedHosts: [],
  allowPrivate: [],
  writtenOut: true,
  secret(text, check = accept) {
    if (isReference(text))
      return refuse('is a reference, which only the configuration may have', 'Write the value itself.');
    if (text === '') return refuse('is empty');
    if (/\p{Cc}/u.test(text)) return refuse('has a line break or another control character');
    const form = check(text);
    return form.ok ? accept(() => text) : form;
  },
  text(pem, check) {
    const read = check(pem);
    return read.ok ? accept(() => read.value) : read;
  },
  store: accept,
  conceal: (value) => () => value,
};

const SECONDS = 'must be a number from 1 to 30';

/** The same fields as in the configuration, under the names of the API. */
export function ownRequest() {
  const { content_type, auth, proxy: _, timeout: __, ...same } = requestFields(RULES);
  const { access_key, secret_key, security_token } = auth.unwrap().shape;
  return z
    .strictObject({
      ...same,
      contentType: content_type,
      auth: z
        .strictObject({ accessKey: access_key, secretKey: secret_key, securityToken: security_token })
        .meta({ hint: 'Give accessKey and secretKey of an account of Huawei Cloud.' })
        .optional(),
      timeoutSeconds: z
        .number(SECONDS)
        .min(1, SECONDS)
        .max(30, SECONDS)
        .meta({ hint: 'Write how many seconds the whole exchange may take, 1 to 30; 15 by default.' })
        .optional(),
    })
    .superRefine((it, ctx) => {
      if (!isRecord(it)) return;
      for (const { field, problem, fix } of faultsOfPairs(it))
        ctx.addIssue({ code: 'custom', path: [field], message: problem, params: { fix } });
    }, EVEN_IF_FAULTY)
    .transform(({ contentType, auth: given, timeoutSeconds, ...rest }) =>
      requestOf({
        ...rest,
        content_type: contentType,
        auth: given && {
          access_key: given.accessKey,
          secret_key: given.secretKey,
          security_token: given.securityToken,
        },
        timeout: timeoutSeconds && timeoutSeconds * 1_000,
      }),
    )
    .meta({ hint: 'Say how its receiver wants a request: method, headers, body and others (docs/api.md).' });
}
