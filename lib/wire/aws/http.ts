import { hostsOf } from '../../adapters/clouds/origin-config.ts';
import { createHttp, type Http } from '../../adapters/platform/http.ts';
import type { Settings } from './settings.ts';

/** The one door out. An origin is named by whoever runs the service, so it may be in their own network. */
export function httpOf({ config, secrets }: Settings): Http {
  const own = new Set([...config.allowPrivate, ...config.origins.flatMap(hostsOf)]);
  return createHttp({ allowPrivate: (host) => own.has(host.toLowerCase()), redact: secrets.redact });
}
