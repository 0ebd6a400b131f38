import { createHash } from 'node:crypto';

/** How one host is reached, where that differs from the door's own way. */
export interface OwnWay {
  /** Certificates in PEM that are trusted beside those of the door. */
  ca?: string | undefined;
  /** What we show the host of ourselves, in PEM; both or neither. */
  cert?: string | undefined;
  key?: string | undefined;
  /** The URL of a proxy; null: straight. */
  proxy?: string | null | undefined;
}

/** Ways that are kept open: subscriptions have one each, and few have one at all. */
const MOST = 100;

/** What is opened for a way of one's own, kept for the next request that goes it; the one that was opened first is closed. */
export function keptWays<T extends { close(): unknown }>(open: (way: OwnWay) => T) {
  const kept = new Map<string, T>();
  return {
    of(way: OwnWay): T {
      const { ca, cert, key, proxy } = way;
      const name = createHash('sha256').update(JSON.stringify({ ca, cert, key, proxy })).digest('base64');
      const known = kept.get(name);
      if (known) return known;
      const opened = open(way);
      kept.set(name, opened);
      const [oldest] = kept;
      if (kept.size > MOST && oldest) {
        kept.delete(oldest[0]);
        // It ends what is under way first.
        void oldest[1].close();
      }
      return opened;
    },
    all: () => [...kept.values()],
  };
}
