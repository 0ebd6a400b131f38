import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRecord } from '../../core/is-record.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Event } from '../../core/jobs/event.ts';
import { fromInvocation } from '../../adapters/bus/envelope.ts';

export interface Sample {
  /** `job.failed`, or `job.failed without what is optional`. */
  name: string;
  event: Event;
}

export const WITHOUT = ' without what is optional';

/** The samples of the contract, each as it is and with no more than every event of its kind has. */
export function samples(folder = folderOfEvents()): Sample[] {
  const files = readdirSync(folder).filter((file) => /^[\w.]+(?<!\.schema)\.json$/.test(file));
  return files.toSorted().flatMap((file) => {
    const kind = file.replace(/\.json$/, '');
    const read = (name: string): unknown => parseJson(readFileSync(join(folder, name), 'utf8'));
    const whole = read(file);
    const least = without(whole, read(`${kind}.schema.json`));
    const isSame = JSON.stringify(least) === JSON.stringify(whole);
    return [
      { name: kind, event: fromInvocation(whole) },
      ...(isSame ? [] : [{ name: `${kind}${WITHOUT}`, event: fromInvocation(least) }]),
    ];
  });
}

/** It stands at the root of the package, wherever in it this file was bundled to. */
function folderOfEvents(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const folder = join(at, 'events');
    if (existsSync(join(folder, 'job.failed.json'))) return folder;
  }
  throw new Error('the folder events of the package is missing');
}

/** A value without what its schema does not require. */
function without(value: unknown, schema: unknown): unknown {
  if (!isRecord(schema)) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => without(one, schema.items));
  if (!isRecord(value)) return value;
  const { properties, required, anyOf } = schema;
  if (Array.isArray(anyOf))
    return without(
      value,
      anyOf.find((one) => isRecord(one) && 'properties' in one),
    );
  if (!isRecord(properties)) return value;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const kept = Object.entries(value).filter(([key]) => needed.includes(key) || !(key in properties));
  return Object.fromEntries(kept.map(([key, one]) => [key, without(one, properties[key])]));
}
