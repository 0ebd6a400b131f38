import packageJson from '../../package.json' with { type: 'json' };
import { createHttp } from '../adapters/platform/http.ts';
import { createTraces, traceSettings, withTraces, type TraceSettings } from '../adapters/platform/otlp.ts';
import type { Config } from '../adapters/config/config.ts';
import type { Secrets } from '../adapters/platform/secrets.ts';
import type { Telemetry } from '../ports.ts';
import { hostOf } from '../core/input/values.ts';
import { waysOf } from './http.ts';

export interface Tracing {
  telemetry: Telemetry;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** An address that is none is no reason to stand: jobs go on without traces. */
function settingsIn(env: Parameters<typeof traceSettings>[0], telemetry: Telemetry): TraceSettings | null {
  try {
    return traceSettings(env);
  } catch (error) {
    telemetry.line('error', 'traces.refused', { problem: (error as Error).message });
    return null;
  }
}

/** Null where the environment names no collector: then nothing is made, and nothing is asked. */
export function openTraces(
  env: Readonly<Record<string, string | undefined>>,
  settings: { config: Config; secrets: Secrets },
  telemetry: Telemetry,
): Tracing | null {
  const found = settingsIn(env, telemetry);
  if (!found) return null;
  // The operator names it, and nobody else: it may be in a network of one's own.
  const own = hostOf(new URL(found.url));
  const http = createHttp({ ...waysOf(settings), allowPrivate: (host) => host.toLowerCase() === own });
  const traces = createTraces(http, found, { version: packageJson.version, telemetry });
  return { telemetry: withTraces(telemetry, traces), flush: traces.flush, close: http.close };
}
