import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, isIPv6, type LookupFunction, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { buildConnector } from './http/undici.ts';
import { isPublic } from '../../core/input/public-address.ts';
import { lead, portOf, viaProxy, type ProxyFor } from './proxy.ts';

export { isPublic };

export const BLOCKED = 'ERR_ADDRESS_BLOCKED';
/** Does not say which address: who may only guess at names must not learn what they stand for. */
const blocked = (): Error => Object.assign(new Error('a private or reserved address'), { code: BLOCKED });

/** As `dns.lookup` answers with `all: true`. */
export type Resolver = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface Ways {
  allowPrivate: (hostname: string) => boolean;
  /** Instead of the system's. */
  resolve?: Resolver;
  proxyFor?: ProxyFor;
  /** Certificates in PEM that are trusted beside those that Node trusts. */
  ca?: string | null;
  /** What we show a host of ourselves, in PEM; no proxy is shown it. */
  identity?: { cert: string; key: string } | null;
}

/**
 * Connects to public addresses only, unless `allowPrivate` says otherwise for the hostname. Two checks, since an IP literal
 * is never resolved, and a name may resolve to anything, and to something else the next time: what was checked is what is
 * dialled.
 *
 * A proxy changes nothing of that: the name is resolved and checked here, and the proxy is told the address. It is told the
 * name only where private addresses are allowed, since then it does not matter which one it finds.
 */
export function guardedConnector({
  allowPrivate,
  resolve = dnsLookup,
  proxyFor = () => null,
  ca = null,
  identity = null,
}: Ways): buildConnector.connector {
  const trusted = ca === null && identity === null ? {} : { secureContext: trusting(ca, identity) };
  // HTTP/2 through undici costs more CPU than HTTP/1.1 for requests of this size.
  const options = { allowH2: false, ...trusted };
  const open = buildConnector({ ...options, lookup: resolving(resolve, () => true) });
  const toProxy =
    identity === null
      ? open
      : buildConnector({ allowH2: false, ...(ca !== null && { secureContext: trusting(ca) }) });
  const guarded = buildConnector({ ...options, lookup: resolving(resolve, isPublic) });

  const direct: buildConnector.connector = (target, callback) => {
    if (allowPrivate(target.hostname)) return open(target, callback);
    if (isIP(target.hostname) && !isPublic(target.hostname)) return callback(blocked(), null);
    guarded(target, callback);
  };

  /** Where the proxy shall lead to. */
  const checked = async ({ hostname }: buildConnector.Options): Promise<string> => {
    if (allowPrivate(hostname)) return hostname;
    if (isIP(hostname)) {
      if (isPublic(hostname)) return hostname;
      throw blocked();
    }
    const addresses = await new Promise<LookupAddress[]>((found, failed) => {
      resolving(resolve, isPublic)(hostname, { all: true }, (error, all) =>
        error ? failed(error) : found(all as LookupAddress[]),
      );
    });
    // A proxy may have no IPv6.
    return (addresses.find(({ family }) => family === 4) ?? addresses[0]!).address;
  };

  const through = async (proxy: URL, target: buildConnector.Options): Promise<Socket> => {
    const address = await checked(target);
    const { hostname, host, protocol } = proxy;
    const socket = await opened(toProxy, {
      hostname: bare(hostname),
      host,
      protocol,
      port: portOf(proxy),
    }).catch((error: Error) => Promise.reject(viaProxy(error, proxy)));
    if (isForwarded(target, allowPrivate)) return socket;
    const authority = `${isIPv6(address) ? `[${address}]` : address}:${portOf(target)}`;
    const refused = await lead(socket, proxy, authority);
    if (refused) throw refused;
    return target.protocol === 'https:' ? opened(open, { ...target, httpSocket: socket }) : socket;
  };

  return (target, callback) => {
    const proxy = proxyFor(target);
    if (!proxy) return direct(target, callback);
    through(proxy, target).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

/**
 * Whether a proxy gets the whole URL instead of a CONNECT. So it is done without TLS, and many proxies connect to no
 * other port than that of TLS; but then it is the proxy that resolves the name.
 */
export const isForwarded = (
  { protocol, hostname }: Pick<buildConnector.Options, 'protocol' | 'hostname'>,
  allowPrivate: Ways['allowPrivate'],
): boolean => protocol === 'http:' && allowPrivate(hostname);

/** URL writes IPv6 addresses in brackets; where they are dialled they have none. */
export const bare = (hostname: string): string => hostname.replaceAll(/[[\]]/g, '');

const opened = (connect: buildConnector.connector, target: buildConnector.Options): Promise<Socket> =>
  new Promise((resolve, reject) =>
    connect(target, (...[error, socket]) => (error ? reject(error) : resolve(socket))),
  );

/** Made once: reading some hundred certificates takes longer than a connection. */
const trusting = (ca: string | null, identity: Ways['identity'] = null): SecureContext =>
  createSecureContext({ ca: [...getCACertificates('default'), ...(ca === null ? [] : [ca])], ...identity });

/** One address that may not be dialled spoils the whole answer: a genuine name does not mix the two. */
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
