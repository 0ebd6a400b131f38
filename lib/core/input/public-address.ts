import ipaddr from 'ipaddr.js';

/** Public by their range, and yet inside: the wire server of Azure's hosts, and a dummy prefix that is never routed. */
const EXCEPTIONS = ['168.63.129.16/32', '100:0:0:1::/64'];

/** Whether a host is written as an IP address, not as a name. */
export const isAddress = (host: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host);

/** Whether `address` belongs to the open internet: no loopback, private, link-local, multicast, mapped or reserved one. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  return ip.range() === 'unicast' && !EXCEPTIONS.some((range) => isWithin(ip, range));
}

function isWithin(ip: ReturnType<typeof ipaddr.process>, range: string): boolean {
  const [net, bits] = ipaddr.parseCIDR(range);
  return net.kind() === ip.kind() && ip.match(net, bits);
}
