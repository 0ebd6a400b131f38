import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;
export interface Network {
  address: Address;
  prefix: number;
}

/** `10.0.0.0/24`, `2001:db8::/32`; the bits behind the prefix are ignored. Null where it is none. */
export function parseNetwork(text: string): Network | null {
  const [, host = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const prefix = Number(digits);
  return address && prefix <= address.toByteArray().length * 8 ? { address, prefix } : null;
}

/** An address of the other family, or a text that is none, is outside. */
export function contains({ address: network, prefix }: Network, text: string): boolean {
  const address = parseAddress(text);
  return address?.kind() === network.kind() && address.match(network, prefix);
}

/** Only the plain forms: no octal or short IPv4, no zone, no IPv4 within IPv6. */
function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return /^[0-9a-f:]+$/i.test(text) && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}
