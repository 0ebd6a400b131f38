interface Address {
  value: bigint;
  bits: 32 | 128;
}
export interface Network extends Address {
  prefix: number;
}

/** `10.0.0.0/24`, `2001:db8::/32`; the bits behind the prefix are ignored. Null where it is none. */
export function parseNetwork(text: string): Network | null {
  const [, host = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const prefix = Number(digits);
  return address && prefix <= address.bits ? { ...address, prefix } : null;
}

/** An address of the other family, or a text that is none, is outside. */
export function contains(network: Network, text: string): boolean {
  const address = parseAddress(text);
  if (address?.bits !== network.bits) return false;
  const behind = BigInt(network.bits - network.prefix);
  return address.value >> behind === network.value >> behind;
}

function parseAddress(text: string): Address | null {
  const v4 = /^\d+\.\d+\.\d+\.\d+$/.test(text) ? text.split('.').map(Number) : [];
  if (v4.length > 0) return v4.every((byte) => byte <= 255) ? join(v4, 8) : null;
  const v6 = groupsOf(text);
  return v6 && join(v6, 16);
}

/** The eight groups of an IPv6 address; `::` stands for one group of zeros or more. */
function groupsOf(text: string): number[] | null {
  const [head, tail, ...more] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (!head || more.length > 0) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((g) => parseInt(g, 16)) : null;
}

const join = (parts: readonly number[], size: 8 | 16): Address => ({
  value: parts.reduce((value, part) => (value << BigInt(size)) | BigInt(part), 0n),
  bits: size === 8 ? 32 : 128,
});
