import { readdirSync, readFileSync } from 'node:fs';
import { jobAt, textAt, type Service } from '../../../lib/adapters/clouds/dialect.ts';
import { SERVICES } from '../../../lib/adapters/clouds/dialects.ts';
import type { Answer } from '../../../lib/adapters/clouds/fault.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');

export interface Fixture {
  /** `DIALECT-WHAT[-MORE]`, as the file is called. */
  name: string;
  dialect: string;
  /** `running`, `success`, `fail` or `pending-payment`. */
  what: string;
  text: string;
  jobId: string;
}

const folder = new URL('fixtures/', import.meta.url);

/**
 * An answer as the documents and published logs show it; where they show no failure, one in the documented fields with an
 * invented cause.
 */
export function fixture(name: string): Fixture {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8');
  return fixtureOf(name, text, SERVICES);
}

/** `services`: those whose fixtures there are. */
export function fixtureOf(name: string, text: string, services: Readonly<Record<string, Service>>): Fixture {
  // `elb-v3-success` is not one of `elb`: the longest name counts.
  const dialect = Object.keys(services)
    .filter((one) => name.startsWith(`${one}-`))
    .toSorted((a, b) => b.length - a.length)[0];
  const what = /^-(running|success|fail|pending-payment)/.exec(name.slice(dialect?.length))?.[1];
  if (!dialect || !what) throw new Error(`${name}: a fixture is called DIALECT-running, -success or -fail`);
  const jobId = textAt(jobAt(services[dialect]!, JSON.parse(text), ''), services[dialect]!.fields.id);
  if (!jobId) throw new Error(`${name}: it has no job id where ${dialect} has it`);
  return { name, dialect, what, text, jobId };
}

export const FIXTURES: readonly Fixture[] = readdirSync(folder).map((file) =>
  fixture(file.replace('.json', '')),
);

/** Which a dialect must have at least. */
export const REQUIRED = ['running', 'success', 'fail'] as const;
export const MEANINGS: Readonly<Record<string, string>> = {
  running: 'running',
  success: 'succeeded',
  fail: 'failed',
  'pending-payment': 'awaiting_payment',
};

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  at: NOW,
});
