import type { Meaning } from '../../core/dialect.ts';

/** What the schema has read, before it is a dialect. */
export interface Raw {
  clouds: string[];
  service?: string | undefined;
  host?: string | undefined;
  method?: 'GET' | 'POST' | undefined;
  path: string;
  body?: Record<string, unknown> | undefined;
  job?: string | undefined;
  id: string | string[];
  type?: string | string[] | undefined;
  status?: string | string[] | undefined;
  began_at?: string | string[] | undefined;
  ended_at?: string | string[] | undefined;
  code?: string | string[] | undefined;
  reason?: string | string[] | undefined;
  sub_jobs?: string | undefined;
  needs_all_sub_jobs?: true | undefined;
  entities?: string | undefined;
  works_on?: string | string[] | undefined;
  words?: { [meaning in Meaning]?: (string | number | boolean)[] | undefined } | undefined;
  otherwise?: 'running' | undefined;
  failed_if?: string | string[] | undefined;
  running_if?: string | string[] | undefined;
  not_failures?: string | string[] | undefined;
  http_status?: { [meaning in Meaning]?: number[] | undefined } | undefined;
  faults?: { [kind: string]: string[] | undefined } | undefined;
}
