import type { RequestSettings } from '../../../core/notify/subscription.ts';
import { secretsOfHeader } from '../redact.ts';
import type { OwnWay } from '../../platform/http.ts';

/** How the receiver is reached; undefined: as all others. */
export function wayOf({ ca, identity, proxy }: RequestSettings): OwnWay | undefined {
  if (!ca && !identity && proxy === undefined) return undefined;
  return {
    ca: ca?.(),
    cert: identity?.cert(),
    key: identity?.key(),
    proxy: proxy === null ? null : proxy?.(),
  };
}

/** The headers that its receiver wants, and all of them that an echo may give away. */
export function ownHeaders({ headers = {} }: RequestSettings): {
  headers: Record<string, string>;
  secrets: string[];
} {
  const own = Object.entries(headers).map(([name, value]) => [name, value()] as const);
  return { headers: Object.fromEntries(own), secrets: own.flatMap(([, value]) => secretsOfHeader(value)) };
}
