import type { Event } from './event-schema.ts';
import type { Job } from './job.ts';
import { matchesPieces } from '../notify/pattern/wildcard.ts';

/** Which jobs, or events of them, somebody wants to see: all that is said has to fit. In texts `*` stands for any characters. */
export interface JobFilter {
  labels?: Record<string, string> | undefined;
  name?: string | undefined;
  group?: string | undefined;
  /** The end of the job id, as lists show it. */
  idEnd?: string | undefined;
  /** Epoch milliseconds: tracked, or happened, then or later. */
  since?: number | undefined;
}

const fits = (wanted: string | undefined, value: string | null | undefined): boolean =>
  wanted === undefined || (value !== null && value !== undefined && matchesPieces(wanted.split('*'), value));

interface Filtered {
  jobId?: string;
  name?: string | null;
  labels?: Readonly<Record<string, string>>;
  group?: string | undefined;
}

const fitsAll = ({ labels = {}, name, group, idEnd = '' }: JobFilter, it: Filtered): boolean =>
  fits(name, it.name) &&
  fits(group, it.group) &&
  (idEnd === '' || (it.jobId ?? '').endsWith(idEnd)) &&
  Object.entries(labels).every(([label, wanted]) =>
    fits(wanted, it.labels && Object.hasOwn(it.labels, label) ? it.labels[label] : null),
  );

export const fitsJob = (filter: JobFilter, { jobId, name, labels, group }: Job): boolean =>
  fitsAll(filter, { jobId, name, labels, group: group?.name });

/** An event that is about no job has no name, label or job id; one of a group has the group's. */
export function fitsEvent(filter: JobFilter, { metadata, data }: Event): boolean {
  if (filter.since !== undefined && Date.parse(metadata.time) < filter.since) return false;
  if ('job' in data) {
    const { jobId, name, labels, group } = data.job;
    return fitsAll(filter, { jobId, name: name ?? null, labels, group: group?.name });
  }
  return fitsAll(filter, 'group' in data ? { group: data.group.name } : {});
}

/** Whether anything is left out at all; a list by time handles `since` alone itself. */
export const isNarrow = ({ labels = {}, name, group, idEnd }: JobFilter): boolean =>
  Object.keys(labels).length > 0 || [name, group, idEnd].some((it) => it !== undefined);
