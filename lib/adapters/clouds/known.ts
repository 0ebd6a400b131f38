import type { KnownClouds } from '../../core/input/fields.ts';
import { dialectOf, DIALECT_NAMES } from './dialects.ts';
import { endpointOf, iamOf, isOwnHost, regionsOf } from './endpoints.ts';

/** What a configuration is checked against. */
export const KNOWN_CLOUDS: KnownClouds = {
  dialects: DIALECT_NAMES,
  dialectsOf: (cloud) => DIALECT_NAMES.filter((name) => dialectOf(cloud, name)),
  regions: regionsOf,
  endpoint(cloud, region, name) {
    const dialect = dialectOf(cloud, name);
    return dialect?.host ? endpointOf(cloud, region, dialect.host) : null;
  },
  iam: iamOf,
  owns: isOwnHost,
};
