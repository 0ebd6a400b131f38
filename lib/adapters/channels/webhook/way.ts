import type { RequestSettings } from '../../../core/notify/subscription.ts';
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
