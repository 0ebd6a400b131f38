/** sha256WithRSAEncryption, 1.2.840.113549.1.1.11, as DER. */
const SHA256_WITH_RSA = Buffer.from('06092a864886f70d01010b', 'hex');

/**
 * Whether a certificate, as DER, is signed with SHA-256 and RSA; SMN signs its messages in the way of its certificate. A certificate
 * is a sequence of what is signed, the algorithm and the signature.
 */
export function isSha256WithRsa(der: Buffer): boolean {
  const whole = contentAt(der, 0);
  const signed = whole && contentAt(der, whole.from);
  const algorithm = signed && contentAt(der, signed.to);
  return algorithm ? der.subarray(algorithm.from, algorithm.to).indexOf(SHA256_WITH_RSA) === 0 : false;
}

/** Where the content of a sequence begins and ends; null: there is none. */
function contentAt(der: Buffer, at: number): { from: number; to: number } | null {
  if (der[at] !== 0x30) return null;
  const length = der[at + 1] ?? 0;
  if (length < 0x80) return { from: at + 2, to: at + 2 + length };
  const bytes = length - 0x80;
  if (bytes < 1 || bytes > 4 || at + 2 + bytes > der.length) return null;
  const from = at + 2 + bytes;
  return { from, to: from + der.readUIntBE(at + 2, bytes) };
}
