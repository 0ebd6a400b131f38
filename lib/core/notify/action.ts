import type { Lang } from './reader.ts';
import { line } from './message-content.ts';
import { JOB_TYPES } from './texts/job-types.ts';

/** What a job does, in words, or by the service's own name where no words are known. Empty without a type. */
export function actionOf(service: string, jobType: string | null, lang: Lang): string {
  const type = line(jobType);
  return own(own(JOB_TYPES, service), type)?.[lang] ?? type;
}

const own = <T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  table && Object.hasOwn(table, key) ? table[key] : undefined;
