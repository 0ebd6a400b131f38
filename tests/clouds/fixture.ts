import { readFileSync } from 'node:fs';
import type { Answer } from '../../lib/clouds/fault.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');

export interface Fixture {
  text: string;
  jobId: string;
}

/** An answer as the documents and published logs show it. */
export function fixture(name: string): Fixture {
  const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
  return { text, jobId: (JSON.parse(text) as { job_id: string }).job_id };
}

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  at: NOW,
});
