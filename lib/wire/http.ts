import { hostsOf } from '../core/origin-config.ts';
import type { Config } from '../adapters/config/config.ts';
import type { Resolver } from '../adapters/platform/address.ts';
import { createHttp, type Http, type HttpOptions } from '../adapters/platform/http.ts';
import { portOf } from '../adapters/platform/proxy.ts';
import { hostOf } from '../core/input/values.ts';
import type { Secrets } from '../adapters/platform/secrets.ts';
import { whyMissing } from '../core/input/missing-secret.ts';
import { isStraight } from '../core/input/no-proxy.ts';

interface Settings {
  config: Config;
  secrets: Secrets;
}

/** What a request is for. */
export type Purpose = 'clouds' | 'targets';

/** Hosts that may have a private address. The operator of the service names both, each for one purpose. */
const PRIVATE: Record<Purpose, (config: Config) => string[]> = {
  clouds: ({ origins, trails, intake }) => [
    ...[...origins, ...trails].flatMap(hostsOf),
    ...(intake.smn ? [hostOf(new URL(intake.smn.endpoint))] : []),
  ],
  targets: ({ allowPrivate }) => allowPrivate,
};

/**
 * The one door out, for one purpose. An origin may be in a network of one's own; a subscriber of a webhook must not
 * reach it for that, at any port or path.
 */
export function openHttp(settings: Settings, purpose: Purpose, resolve?: Resolver): Http {
  const own = new Set(PRIVATE[purpose](settings.config));
  const allowPrivate = (host: string): boolean => own.has(host.toLowerCase());
  return createHttp({ ...waysOf(settings), allowPrivate, ...(resolve && { resolve }) });
}

/** What all doors have in common. */
export function waysOf({ config, secrets }: Settings): Omit<HttpOptions, 'allowPrivate'> {
  const { proxy, noProxy, ca } = config.network;
  return {
    redact: secrets.redact,
    proxyFor(target) {
      const url = target.protocol === 'https:' ? proxy.https : proxy.http;
      return url && !isStraight(noProxy, target.hostname, portOf(target)) ? new URL(url()) : null;
    },
    // Without it less is believed, never more.
    ca: whyMissing([ca ?? undefined]) === null ? (ca?.() ?? null) : null,
  };
}

/** One for each purpose. They share no connection. */
export function openDoors(settings: Settings): Record<Purpose, Http> & { close(): Promise<void> } {
  const [clouds, targets] = [openHttp(settings, 'clouds'), openHttp(settings, 'targets')];
  const close = async (): Promise<void> => void (await Promise.all([clouds.close(), targets.close()]));
  return { clouds, targets, close };
}
