import ipaddr from 'ipaddr.js';

/** Public by their range, and yet inside: the wire server of Azure's hosts, and a dummy prefix that is never routed. */
const EXCEPTIONS = [ipaddr.parseCIDR('168.63.129.16/32'), ipaddr.parseCIDR('100:0:0:1::/64')] as const;

/** Whether `address` belongs to the open internet: no loopback, private, link-local, multicast, mapped or reserved one. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  const exempt = EXCEPTIONS.some(([net, bits]) => net.kind() === ip.kind() && ip.match(net, bits));
  return ip.range() === 'unicast' && !exempt;
}
