import { hash } from 'node:crypto';

/** The same subject, generation and kind give the same id: that is how a repeat is recognised. */
export function eventId(subject: string, generation: number, kind: string): string {
  return `evt_${digest(subject, generation, kind)}`;
}

/** 128 bits in hex: no dots (Standard Webhooks forbids them in ids), and no accident to fear. */
export const digest = (...parts: (string | number)[]): string =>
  hash('sha256', JSON.stringify(parts)).slice(0, 32);
