import { CLOUDS, type KnownClouds, type OwnDialect } from '../../core/input/fields.ts';
import type { Cloud } from './dialect.ts';
import { dialectOf, DIALECT_NAMES } from './dialects.ts';
import { endpointOf, iamOf, isOwnHost, regionsOf } from './endpoints.ts';

const isKnown = (cloud: string): cloud is Cloud => (CLOUDS as readonly string[]).includes(cloud);

/** What a configuration is checked against: what is built in, and what it brings along itself. */
function knownWith(own: Readonly<Record<string, OwnDialect>>): KnownClouds {
  const names = Object.keys(own).filter((name) => !DIALECT_NAMES.includes(name));
  const clouds = [...new Set([...CLOUDS, ...names.flatMap((name) => own[name]!.clouds)])];
  const found = (cloud: string, name: string) =>
    dialectOf(cloud, name) ??
    (names.includes(name) && own[name]!.clouds.includes(cloud) ? own[name]!.dialect : undefined);
  const dialects = [...DIALECT_NAMES, ...names];
  return {
    clouds,
    dialects,
    own: names,
    dialectsOf: (cloud) => dialects.filter((name) => found(cloud, name)),
    regions: (cloud) => (isKnown(cloud) ? regionsOf(cloud) : []),
    endpoint(cloud, region, name) {
      const dialect = found(cloud, name);
      return dialect?.host && isKnown(cloud) ? endpointOf(cloud, region, dialect.host) : null;
    },
    iam: (cloud, region) => (isKnown(cloud) ? iamOf(cloud, region) : null),
    // What is the account's own is in no project; dialects of the configuration have no hosts to know.
    servicesOf: (cloud) =>
      DIALECT_NAMES.filter((name) => {
        const dialect = dialectOf(cloud, name);
        return dialect && dialect.scope === undefined;
      }),
    traceEndpoint: (cloud, region) => (isKnown(cloud) ? endpointOf(cloud, region, 'cts') : null),
    hostOf: (cloud, name) => dialectOf(cloud, name)?.host ?? name,
    owns: (cloud, host) => isKnown(cloud) && isOwnHost(cloud, host),
    with: knownWith,
  };
}

export const KNOWN_CLOUDS: KnownClouds = knownWith({});
