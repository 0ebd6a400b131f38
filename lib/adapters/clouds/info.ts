import { accountOf, CONCURRENCY, RATE, type OriginConfig } from '../../core/origin-config.ts';
import type { Clouds, CloudOrigin } from '../../ports.ts';
import { servicePage } from './console.ts';
import type { Dialect } from './dialect.ts';
import { dialectOf } from './dialects.ts';

/** A list returns more jobs than are due; for fewer it is no gain. */
export const LIST_FROM = 5;

/** What is known of an origin without asking anybody. */
export function infoOf(
  config: OriginConfig,
  dialect: Pick<Dialect, 'service' | 'console' | 'list'>,
): CloudOrigin {
  const { name, cloud, region, projectId, concurrency = CONCURRENCY, rate = RATE } = config;
  const consoleUrl = servicePage(dialect, config);
  const info = { origin: name, service: dialect.service, cloud, region, ...(consoleUrl && { consoleUrl }) };
  return {
    info,
    projectId,
    credentials: credentialsOf(config),
    account: accountOf(config),
    concurrency,
    rate,
    ...(dialect.list && { listFrom: LIST_FROM }),
  };
}

function credentialsOf({ auth }: OriginConfig): CloudOrigin['credentials'] {
  if (auth.kind === 'keys' && auth.securityToken) return 'temporary_keys';
  return AS_SAID[auth.kind] ?? 'token';
}
/** How people are told what to renew. */
const AS_SAID: { readonly [kind in OriginConfig['auth']['kind']]?: CloudOrigin['credentials'] } = {
  keys: 'keys',
  password: 'password',
  basic: 'password',
  keystone: 'password',
  oauth2: 'client',
};

/** Throws for a dialect that its cloud does not have. */
export function dialectFor({ name, cloud, dialect, spoken }: OriginConfig): Dialect {
  const found = spoken ?? dialectOf(cloud, dialect);
  if (!found) throw new Error(`origin '${name}': cloud '${cloud}' has no dialect '${dialect}'`);
  return found;
}

/** For code that describes origins and sends nothing. */
export function describeIn(configs: readonly OriginConfig[]): Clouds['describe'] {
  const infos = new Map(configs.map((config) => [config.name, infoOf(config, dialectFor(config))]));
  return (name) => infos.get(name) ?? null;
}
