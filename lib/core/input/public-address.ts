import ipaddr from 'ipaddr.js';

/** Public by its range, and yet inside: the wire server of Azure's hosts. */
const EXCEPTION = '168.63.129.16/32';
/** All that is given out of IPv6. The rest is reserved, and part of it leads to IPv4 addresses in other clothes. */
const GLOBAL_IPV6 = '2000::/3';

/** Whether a host is written as an IP address, not as a name. */
export const isAddress = (host: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host);

/** Whether `address` belongs to the open internet: no loopback, private, link-local, multicast, mapped or reserved one. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  if (ip.range() !== 'unicast' || isWithin(ip, EXCEPTION)) return false;
  return ip.kind() === 'ipv4' || isWithin(ip, GLOBAL_IPV6);
}

function isWithin(ip: ReturnType<typeof ipaddr.process>, range: string): boolean {
  const [net, bits] = ipaddr.parseCIDR(range);
  return net.kind() === ip.kind() && ip.match(net, bits);
}
