import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate as PEM, and the key that belongs to it. */
export interface Signer {
  name: string;
  certificate: string;
  key: KeyObject;
}

// As much of DER as a certificate needs: ITU-T X.690, and RFC 5280 for what stands where.
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const COMMON_NAME = hex('0603550403');
const SHA256_WITH_RSA = sequence(hex('06092a864886f70d01010b'), hex('0500'));

const named = (name: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
/** `20260301120000Z`: the form that holds beyond 2049 too. */
const time = (at: number): Buffer =>
  der(0x18, Buffer.from(new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '')));
const serialOf = (name: string, from: number): Buffer =>
  der(0x02, Buffer.concat([Buffer.from([1]), Buffer.from(`${name} ${from}`).subarray(-15)]));

/** Makes a key and its certificate; without `by` it signs itself, as an authority does. */
export function issue(name: string, [from, to]: readonly [number, number], by?: Signer): Signer {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const signed = sequence(
    der(0xa0, hex('020102')),
    serialOf(name, from),
    SHA256_WITH_RSA,
    named(by?.name ?? name),
    sequence(time(from), time(to)),
    named(name),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('RSA-SHA256', signed, by?.key ?? key);
  const whole = sequence(signed, SHA256_WITH_RSA, der(0x03, hex('00'), signature));
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return { name, key, certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}
