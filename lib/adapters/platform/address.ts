import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublic } from '../../core/input/public-address.ts';

export { isPublic };

export const BLOCKED = 'ERR_ADDRESS_BLOCKED';
/** Does not say which address: who may only guess at names must not learn what they stand for. */
const blocked = (): Error => Object.assign(new Error('a private or reserved address'), { code: BLOCKED });

/** As `dns.lookup` answers when asked for all addresses. */
export type Resolver = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connects to public addresses only, unless `allowPrivate` says otherwise for the hostname. Three looks, because each of
 * them alone can be got round: an IP literal is never resolved; a name may resolve to anything, and to something else the
 * next time, so what was checked is what is dialled; and the socket itself says where it ended up.
 */
export function guardedConnector(
  allowPrivate: (hostname: string) => boolean,
  resolve: Resolver = dnsLookup,
): buildConnector.connector {
  // HTTP/2 through undici costs more CPU than HTTP/1.1 for requests of this size.
  const options = { allowH2: false };
  const open = buildConnector({ ...options, lookup: resolving(resolve, () => true) });
  const guarded = buildConnector({ ...options, lookup: resolving(resolve, isPublic) });

  return (target, callback) => {
    if (allowPrivate(target.hostname)) return open(target, callback);
    if (isIP(target.hostname) && !isPublic(target.hostname)) return callback(blocked(), null);
    guarded(target, (...[error, socket]) => {
      if (error) return callback(error, null);
      if (isPublic(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      callback(blocked(), null);
    });
  };
}

/** One address that may not be dialled spoils the whole answer: an honest name does not mix the two. */
function resolving(resolve: Resolver, mayDial: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (!addresses.every(({ address }) => mayDial(address))) return callback(blocked(), []);
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      callback(null, first?.address ?? '', first?.family);
    });
}
