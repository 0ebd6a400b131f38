import { isRecord } from '../../core/is-record.ts';
import { tooNarrow } from '../../core/origin-config.ts';
import * as z from 'zod';
import { CLOUDS, EVEN_IF_FAULTY, field, like, REFERENCE, type Rules } from '../../core/input/fields.ts';
import { hostOf, LOOPBACK, readEndpoint } from '../../core/input/values.ts';
import { ID, ORIGIN_NAME } from '../../core/jobs/job.ts';
import { ownAuthSchemas } from './own-auth.ts';

export const REGION = /^[a-z0-9][a-z0-9-]{0,39}$/;
/** Narrower than what enters URLs and keys: IAM makes no others, and with a project's name in its place every request is refused. */
export const PROJECT_ID = /^[0-9a-f]{32}$/;

export const PROJECT_HINT = "Write the project's id (not its name) in quotes: 32 digits and letters a to f.";

/** For editors any name of that form will do: those of the configuration are not known before it is written. */
const named = (names: readonly string[], anyName = false) =>
  anyName ? z.union([z.enum(names), z.string().regex(ORIGIN_NAME)]) : z.enum(names);

/** Each is a connection; half of the files that most systems let a process open. */
const MAX_CONCURRENCY = 512;
/** What `MAX_CONCURRENCY` can reach. */
const MAX_RATE = 10_000;

/** An origin: a service of a cloud in one region and project, and how to sign in. Its hosts are known, or given. */
export function originSchema(rules: Rules) {
  const { clouds } = rules;
  const { dialects } = clouds;

  return z
    .strictObject({
      dialect: named(dialects, clouds.anyName).meta({
        hint: `Write one of ${dialects.join(', ')}; or the name of one under dialects.`,
      }),
      cloud: named(clouds.clouds, clouds.anyName).meta({ hint: `Write ${clouds.clouds.join(' or ')}.` }),
      region: like(REGION, 'a region', 'Write the region, for example eu-de.'),
      endpoint: endpoint(SERVICE, rules).optional(),
      project: like(ID, 'a project id', PROJECT_HINT),
      rate: rateSchema().optional(),
      concurrency: z
        .int()
        .min(1)
        .max(MAX_CONCURRENCY)
        .meta({ hint: `Write the checks at once, 1 to ${MAX_CONCURRENCY}.` })
        .optional(),
      auth: authSchema(rules),
    })
    .superRefine((it, ctx) => {
      for (const { path, message, fix } of [...misplaced(it, rules), ...tooFast(it)]) {
        ctx.addIssue({ code: 'custom', path, message, ...(fix && { params: { fix } }) });
      }
    }, EVEN_IF_FAULTY)
    .transform(({ auth, ...it }) => ({
      ...it,
      auth,
      // Neither is empty where it is needed: that was reported as missing.
      endpoint: it.endpoint ?? clouds.endpoint(it.cloud, it.region, it.dialect) ?? '',
      iam: ('iam' in auth && auth.iam) || (clouds.iam(it.cloud, it.region) ?? ''),
    }))
    .meta({ hint: 'Give dialect, cloud, region, project and auth.' });
}

export const rateSchema = () =>
  z
    .number()
    .min(0.1)
    .max(MAX_RATE)
    .meta({ hint: `Write the checks a second, 0.1 to ${MAX_RATE}.` });

type Where = readonly [what: string, example: string];
const SERVICE: Where = ['service', 'https://ecs.eu-de.otc.t-systems.com'];
const IAM: Where = ['IAM service', 'https://iam.eu-de.otc.t-systems.com'];
const hint = (what: string, example: string): string => `Write the ${what}, for example ${example}.`;

const endpoint = (where: Where, { allowPrivate }: Rules) =>
  field(hint(...where), (text) => readEndpoint(text, allowPrivate));

/** How one signs in to the clouds that are built in. */
function cloudAuthSchemas(rules: Rules) {
  const reference = field(REFERENCE, rules.secret);
  const iam = endpoint(IAM, rules).optional();
  const account = 'Write the account, for example OTC00000000001000000001.';
  const agency = z
    .strictObject({
      name: like(/\S/, "an agency's name", "Write the agency's name."),
      domain: like(/\S/, 'a domain name', account),
    })
    .meta({ hint: 'Give name and domain: the agency, and the account whose it is.' })
    .optional();
  const keys = z.strictObject({
    access_key: reference,
    secret_key: reference,
    security_token: reference.optional(),
    signature: z.enum(['access', 'credential']).meta({ hint: 'Write access or credential.' }).optional(),
    agency,
    iam,
  });
  const password = z.strictObject({
    iam,
    user: like(/\S/, 'a user name', "Write the IAM user's name."),
    domain: like(/\S/, 'a domain name', account),
    password: reference,
    agency,
  });
  const token = z.strictObject({ token: reference });
  return [keys, password, token] as const;
}

export const cloudAuthSchema = (rules: Rules) =>
  z
    .union(cloudAuthSchemas(rules))
    .meta({ hint: 'Give access_key and secret_key; or user, domain and password; or token.' });

function authSchema(rules: Rules) {
  return z.union([...cloudAuthSchemas(rules), ...ownAuthSchemas(rules)]).meta({
    hint:
      'Give access_key and secret_key; or user, domain and password; or token; or, for other clouds, ' +
      'bearer, header, basic, oauth2 or keystone.',
  });
}

export interface Misplaced {
  path: string[];
  message: string;
  fix?: string;
}

/** A `rate` that is never reached would be a setting that does not work. */
export function tooFast(it: unknown): (Misplaced & { reached: number })[] {
  const { rate, concurrency } = isRecord(it) ? it : {};
  // What is out of bounds has been reported already.
  if (typeof rate !== 'number' || rate > MAX_RATE) return [];
  if (concurrency !== undefined && (typeof concurrency !== 'number' || concurrency < 1)) return [];
  const narrow = tooNarrow({ rate, ...(concurrency !== undefined && { concurrency }) });
  if (!narrow) return [];
  const { reached, needed } = narrow;
  const message = `is not reached: ${narrow.concurrency} under way at once, each answered in 50 ms, are ${reached} a second`;
  const wider =
    needed <= MAX_CONCURRENCY
      ? `Write concurrency: ${needed}, or more where answers take longer; or`
      : 'Write';
  return [{ path: ['rate'], message, fix: `${wider} a rate of ${reached} at most.`, reached }];
}

/** What does not fit together, as far as what is there can be read. */
function misplaced(it: unknown, { clouds, trustedHosts, allowPrivate }: Rules): Misplaced[] {
  const { dialect, cloud, region, endpoint, auth, project } = isRecord(it) ? it : {};
  const isOwnDialect = typeof dialect === 'string' && clouds.own.includes(dialect);
  const isIam = isOwnDialect || typeof project !== 'string' || !ID.test(project) || PROJECT_ID.test(project);
  return [
    ...(isIam ? [] : [{ path: ['project'], message: 'is not a project id' }]),
    ...misplacedHosts({ dialect, cloud, region, endpoint, auth }, { clouds, trustedHosts, allowPrivate }),
  ];
}

/** Which hosts get the credentials. */
export function misplacedHosts(
  { dialect, cloud, region, endpoint, auth }: Record<string, unknown>,
  { clouds, trustedHosts, allowPrivate }: Pick<Rules, 'clouds' | 'trustedHosts' | 'allowPrivate'>,
): Misplaced[] {
  const isCloud = (value: unknown): value is string => clouds.clouds.includes(String(value));
  if (!isCloud(cloud) || typeof dialect !== 'string' || !clouds.dialects.includes(dialect)) return [];
  if (typeof region !== 'string' || !REGION.test(region)) return [];

  const known = clouds.regions(cloud);
  const other = CLOUDS.find((one) => one !== cloud && clouds.regions(one).includes(region));
  if (other && endpoint === undefined) {
    const fix = `Write cloud: ${other}, or a region of ${cloud}: ${known.join(', ')}.`;
    return [{ path: ['region'], message: `is a region of cloud ${other}, not of ${cloud}`, fix }];
  }
  const spoken = clouds.dialectsOf(cloud);
  if (!spoken.includes(dialect)) {
    return [
      { path: ['dialect'], message: `is not one of cloud ${cloud}`, fix: `It has ${spoken.join(', ')}.` },
    ];
  }
  const trusted = [...LOOPBACK, ...trustedHosts, ...allowPrivate];
  /** Null for what is no endpoint, which has been reported already. */
  const hostIn = (given: unknown): string | null =>
    typeof given === 'string' && readEndpoint(given, allowPrivate).ok ? hostOf(new URL(given)) : null;
  const isOwn = (host: string): boolean => clouds.owns(cloud, host);
  const here = known.includes(region) ? 'this service in this region' : 'this region';
  const check = (path: string[], given: unknown, found: string | null, where: string): Misplaced[] => {
    if (given === undefined && found) return [];
    if (given === undefined) {
      const what = path.includes('iam') ? IAM : SERVICE;
      // Once is enough where both are missing.
      const regions =
        path.includes('iam') && endpoint === undefined ? '' : regionsWords(region, cloud, known);
      return [{ path, message: `is missing: none is known for ${where}`, fix: hint(...what) + regions }];
    }
    const host = hostIn(given);
    if (host === null || isOwn(host) || trusted.includes(host)) return [];
    const fix = 'Correct it; or, if that host may get the credentials, list it under trusted_hosts.';
    return [{ path, message: `is not a host of cloud ${cloud}`, fix }];
  };
  // The cloud's own IAM must not get what is meant for a simulator or a private cloud: a password, for instance.
  const host = hostIn(endpoint);
  const [knownIam, where] =
    host !== null && !isOwn(host) && trusted.includes(host)
      ? [null, `an endpoint outside of cloud ${cloud}`]
      : [clouds.iam(cloud, region), here];
  const { iam, agency, access_key } = isRecord(auth) ? auth : {};
  const asksIam = agency !== undefined || (isRecord(auth) && 'password' in auth) || iam !== undefined;
  return [
    ...check(['endpoint'], endpoint, clouds.endpoint(cloud, region, dialect), here),
    ...(asksIam ? check(['auth', 'iam'], iam, knownIam, where) : []),
    ...elsewhere(auth).flatMap(([path, url, given]) =>
      given === undefined ? [] : check(path, url, null, where),
    ),
    ...(access_key !== undefined && iam !== undefined && agency === undefined
      ? [{ path: ['auth', 'iam'], message: 'is not used for keys without an agency', fix: 'Remove it.' }]
      : []),
  ];
}

/** What is known, and what a region without its hyphens was meant to be; nothing of a region that is known. */
function regionsWords(region: string, cloud: string, known: readonly string[]): string {
  if (known.includes(region)) return '';
  const bare = (name: string): string => name.replaceAll('-', '');
  const meant = known.find((name) => bare(name) === bare(region));
  return `${meant ? ` Did you mean region ${meant}?` : ''} Known regions of ${cloud}: ${known.join(', ')}.`;
}

/** Where else secrets are sent. */
function elsewhere(auth: unknown): [path: string[], url: unknown, given: unknown][] {
  const { oauth2, keystone } = isRecord(auth) ? auth : {};
  const urlOf = (it: unknown, key: string): unknown => {
    const url = isRecord(it) ? URL.parse(String(it[key])) : null;
    return url?.origin;
  };
  return [
    [['auth', 'oauth2', 'token_url'], urlOf(oauth2, 'token_url'), urlOf(oauth2, 'token_url')],
    [['auth', 'keystone', 'url'], urlOf(keystone, 'url'), urlOf(keystone, 'url')],
  ];
}
