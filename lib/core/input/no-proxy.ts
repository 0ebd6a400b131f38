import ipaddr from 'ipaddr.js';
import { isAddress } from './public-address.ts';

/**
 * Whether a host is called directly, as `NO_PROXY` says: `*`, a host with all below it (`internal`, `.internal` and
 * `*.internal` are one), an address, or a range of them; each may have a port.
 */
export function isStraight(list: readonly string[], host: string, port: string): boolean {
  const name = host.toLowerCase();
  return list.some((entry) => {
    if (entry === '*') return true;
    const { host: named, port: only } = parts(entry.toLowerCase());
    if (only !== null && only !== port) return false;
    if (named.includes('/')) return isAddress(name) && isWithin(name, named);
    const domain = named.replace(/^\*?\./, '');
    return domain !== '' && (name === domain || (!isAddress(name) && name.endsWith(`.${domain}`)));
  });
}

/** As the variable has it: with commas, spaces, or both between the entries. */
export const readNoProxy = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** An address of IPv6 has colons of its own, unless it is in brackets. */
function parts(entry: string): { host: string; port: string | null } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bracketed ?? plain ?? entry, port: port ?? null };
}

function isWithin(address: string, range: string): boolean {
  try {
    const [net, bits] = ipaddr.parseCIDR(range);
    const ip = ipaddr.process(address);
    return ip.kind() === net.kind() && ip.match(net, bits);
  } catch {
    return false;
  }
}
