import { createHash } from 'node:crypto';

/** 32 hex digits that follow from the parts alone. */
export const hexOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** A UUID (version 4 by its form) that follows from the parts alone. */
export function uuidOf(...parts: string[]): string {
  const hex = hexOf(...parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export interface Ids {
  /** A job id in the documented style. */
  job(at: number): string;
  request(): string;
  token(): string;
  /** A temporary key. */
  key(): { access: string; secret: string; securityToken: string };
}

/** The same seed and the same sequence of calls give the same ids. */
export function createIds(seed: string): Ids {
  const node = hexOf(seed, 'node').slice(0, 16);
  const counts = { job: 0, request: 0, token: 0, key: 0 };
  const next = (kind: keyof typeof counts): number => counts[kind]++;
  return {
    // The documents' ids are 16 digits for the machine, 12 for the moment in epoch milliseconds, 4 for a counter:
    // 2c9eb2c5544cbf61 01544f0602af 2b4f was made at 2016-04-25T20:04:34.607Z, 3 ms after its job's begin_time.
    job: (at) => `${node}${hex(at, 12)}${hex(next('job'), 4)}`,
    request: () => hexOf(seed, 'request', String(next('request'))),
    token: () => tokenOf(hexOf(seed, 'token', String(next('token')))),
    key() {
      const hex = hexOf(seed, 'key', String(next('key')));
      return {
        access: hex.slice(0, 20).toUpperCase(),
        secret: Buffer.from(hexOf(hex, 'secret')).toString('base64').slice(0, 40),
        securityToken: tokenOf(hexOf(hex, 'session')),
      };
    },
  };
}

const hex = (value: number, digits: number): string =>
  Math.max(0, Math.trunc(value)).toString(16).padStart(digits, '0').slice(-digits);

/** Real tokens are signed documents in base64 that begin with MII and have some thousand characters. */
const TOKEN_LENGTH = 4_096;

function tokenOf(seed: string): string {
  const blocks = Array.from({ length: TOKEN_LENGTH / 32 }, (_, block) => hexOf(seed, String(block)));
  const text = Buffer.from(blocks.join(''), 'hex').toString('base64').replaceAll('/', '-').replace(/=+$/, '');
  return `MII${text}${text}`.slice(0, TOKEN_LENGTH);
}
