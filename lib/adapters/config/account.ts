import * as z from 'zod';
import { isRecord } from '../../core/is-record.ts';
import { CLOUDS, EVEN_IF_FAULTY, field, like, type Rules } from '../../core/input/fields.ts';
import { accept, type Read } from '../../core/input/read.ts';
import { readEndpoint } from '../../core/input/values.ts';
import { ORIGIN_NAME } from '../../core/jobs/job.ts';
import { jobSpec } from '../../core/jobs/spec.ts';
import { compilePattern, type Pattern } from '../../core/notify/pattern.ts';
import {
  cloudAuthSchema,
  misplacedHosts,
  PROJECT_HINT,
  PROJECT_ID,
  rateSchema,
  REGION,
  tooFast,
  type Misplaced,
} from './origin.ts';
import { compiled } from './subscription.ts';

/** The Cloud Trace Service, as its hosts begin; no dialect, since it has no jobs. */
export const CTS = 'cts';

/** All services of a cloud in one region and project: each is an origin of its own, with the same credentials. */
export function accountSchema(rules: Rules) {
  const { clouds } = rules;
  return z
    .strictObject({
      cloud: z.enum(CLOUDS).meta({ hint: 'Write huawei or otc.' }),
      region: like(REGION, 'a region', 'Write the region, for example eu-de.'),
      endpoint: field(ENDPOINT_HINT, (text) => readTemplate(text, rules)).optional(),
      project: like(PROJECT_ID, 'a project id', PROJECT_HINT),
      rate: rateSchema().optional(),
      auth: cloudAuthSchema(rules),
      discover: discoverSchema().optional(),
    })
    .superRefine((it, ctx) => {
      if (!isRecord(it)) return;
      const services = typeof it.cloud === 'string' && isCloud(it.cloud) ? clouds.servicesOf(it.cloud) : [];
      const hosts = typeof it.endpoint === 'string' ? [...services, CTS] : services;
      const first = hosts
        .map((dialect) => ({
          dialect: dialect === CTS ? services[0] : dialect,
          ...filledIn(it, dialect, rules),
        }))
        .map((origin) => misplacedHosts({ ...it, ...origin }, rules))
        .find((found) => found.length > 0);
      // What all services have in common is wrong once.
      for (const { path, message, fix } of unknownOnly(it, first ?? [], rules))
        ctx.addIssue({ code: 'custom', path, message, ...(fix && { params: { fix } }) });
      for (const { path, message, reached } of tooFast({ rate: it.rate }))
        ctx.addIssue({
          code: 'custom',
          path,
          message,
          params: { fix: `Write a rate of ${reached} at most.` },
        });
      if (it.discover === undefined || it.discover === false || it.endpoint !== undefined) return;
      if (!isCloud(it.cloud) || !clouds.regions(it.cloud).includes(it.region)) return;
      if (clouds.traceEndpoint(it.cloud, it.region) !== null) return;
      const message = 'cannot be had: no Cloud Trace Service is known for this region';
      ctx.addIssue({ code: 'custom', path: ['discover'], message, params: { fix: 'Remove it.' } });
    }, EVEN_IF_FAULTY)
    .transform(({ discover, endpoint, auth, ...it }) => ({
      ...it,
      auth,
      iam: ('iam' in auth && auth.iam) || (clouds.iam(it.cloud, it.region) ?? ''),
      endpoints: clouds.servicesOf(it.cloud).flatMap((dialect) => {
        const url = endpoint
          ? filled(endpoint, dialect, clouds.hostOf(it.cloud, dialect))
          : clouds.endpoint(it.cloud, it.region, dialect);
        return url === null ? [] : [{ dialect, url }];
      }),
      discover:
        discover === undefined || discover === false
          ? null
          : {
              ...(discover === true ? {} : discover),
              url: endpoint ? filled(endpoint, CTS, CTS) : (clouds.traceEndpoint(it.cloud, it.region) ?? ''),
            },
    }))
    .meta({ hint: 'Give cloud, region, project and auth; and discover: true.' });
}

const isCloud = (value: unknown): value is (typeof CLOUDS)[number] =>
  (CLOUDS as readonly unknown[]).includes(value);

const ENDPOINT_HINT =
  'Write where its services are, with {host} or {dialect} in the place of each, for example https://{host}.eu-de.otc.t-systems.com.';

/** `{host}` is what the hosts of a service begin with, `{dialect}` its name in `origins`. */
const filled = (template: string, dialect: string, host: string): string =>
  template.replaceAll('{host}', host).replaceAll('{dialect}', dialect);

function readTemplate(text: string, { allowPrivate }: Rules): Read<string> {
  const read = readEndpoint(filled(text, CTS, CTS), allowPrivate);
  return read.ok ? accept(text) : read;
}

function filledIn({ endpoint, cloud }: Record<string, unknown>, dialect: string, { clouds }: Rules) {
  if (typeof endpoint !== 'string' || !isCloud(cloud)) return {};
  return { endpoint: filled(endpoint, dialect, clouds.hostOf(cloud, dialect)) };
}

/** A service that a known region does not have is no fault of the account: it makes no origin. */
const unknownOnly = (
  it: Record<string, unknown>,
  found: readonly Misplaced[],
  { clouds }: Rules,
): readonly Misplaced[] =>
  isCloud(it.cloud) && it.endpoint === undefined && clouds.regions(it.cloud).includes(String(it.region))
    ? found.filter(({ path }) => path[0] !== 'endpoint')
    : found;

const WHAT = ['user', 'service', 'operation', 'name'];

function discoverSchema() {
  const pattern = z
    .unknown()
    .transform((raw, ctx): Pattern => {
      const unknown = isRecord(raw)
        ? Object.keys(raw).find((key) => !WHAT.includes(key) && key !== '$or')
        : null;
      if (unknown) {
        const message = 'is nothing that a call is known by';
        const fix = `Write ${WHAT.join(', ')}.`;
        ctx.addIssue({ code: 'custom', path: [unknown], message, params: { fix } });
        return z.NEVER;
      }
      return compiled(compilePattern(raw), ctx);
    })
    .meta({ hint: 'Write an event pattern of user, service, operation and name.' });
  return z
    .union([
      z.boolean(),
      z.strictObject({
        account_id: like(/^[\w-]{1,64}$/, "an account's id", "Write the account's id.").optional(),
        only: pattern.optional(),
        labels: z
          .array(
            z
              .strictObject({ when: pattern.optional(), set: jobSpec().shape.labels.unwrap() })
              .meta({ hint: 'Give set, the labels; and when, the pattern of the calls that get them.' }),
          )
          .max(50)
          .meta({ hint: 'Write a list of at most 50 rules, each with set and perhaps when.' })
          .optional(),
      }),
    ])
    .meta({ hint: 'Write true; or give only, labels or account_id.' });
}

/** Two ways to make one origin, and names that are too long. */
export function accountFaults(
  it: unknown,
  { clouds }: Rules,
): { path: string[]; message: string; fix: string }[] {
  if (!isRecord(it) || !isRecord(it.accounts)) return [];
  const origins = isRecord(it.origins) ? Object.keys(it.origins) : [];
  return Object.entries(it.accounts).flatMap(([name, account]) => {
    if (!isRecord(account) || !isCloud(account.cloud)) return [];
    const names = [...clouds.servicesOf(account.cloud), CTS].map((dialect) => originName(name, dialect));
    const path = ['accounts', name];
    const long = names.find((one) => !ORIGIN_NAME.test(one));
    if (long)
      return [
        { path, message: `makes an origin '${long}', whose name is too long`, fix: 'Use a shorter name.' },
      ];
    const twice = names.find((one) => origins.includes(one));
    if (!twice) return [];
    return [
      {
        path,
        message: `makes an origin '${twice}', which is there already`,
        fix: 'Name the account otherwise, or remove that origin.',
      },
    ];
  });
}

/** `prod-ecs` */
export const originName = (account: string, dialect: string): string => `${account}-${dialect}`;
