import { namedIn } from './form.ts';

/** Which jobs are meant; what is null does not matter. */
export interface Filter {
  text: string | null;
  label: { name: string; value: string | null } | null;
  state: (typeof STATES)[number];
  origin: string | null;
  group: string | null;
  /** Epoch milliseconds. */
  since: number | null;
}

/** As far as a filter looks at one. */
export interface Filtered {
  origin: string;
  jobId: string;
  name: string | null;
  labels: Readonly<Record<string, string>>;
  group: string | null;
  /** When it was tracked; epoch milliseconds. */
  at: number;
}

export const STATES = ['outstanding', 'overdue', 'failed', 'lost', 'succeeded', 'any'] as const;
export const SPANS = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 } as const;

/** What names nothing that exists is ignored: an address that somebody typed still leads to a page. */
export function readFilter(params: URLSearchParams, now: number): Filter {
  const given = (name: string): string | null => params.get(name)?.trim().slice(0, 200) || null;
  const [, name, value] = /^([^=]+)(?:=(.*))?$/.exec(given('label') ?? '') ?? [];
  const span = namedIn(SPANS, given('since'));
  return {
    text: given('q')?.toLowerCase() ?? null,
    label: name === undefined ? null : { name: name.trim(), value: value?.trim() ?? null },
    state: STATES.find((it) => it === given('state')) ?? 'outstanding',
    origin: given('origin'),
    group: given('group'),
    since: span === undefined ? null : now - span,
  };
}

/** Whether anything but state and origin matters, which a store finds by itself. That a job is overdue is no state of its own. */
export const isNarrow = ({ state, text, label, group, since }: Filter): boolean =>
  state === 'overdue' || [text, label, group, since].some((it) => it !== null);

export function fits({ text, label, origin, group, since }: Filter, job: Filtered): boolean {
  const value = label === null ? undefined : job.labels[label.name];
  return (
    (origin === null || job.origin === origin) &&
    (group === null || job.group === group) &&
    (since === null || job.at >= since) &&
    (label === null || (value !== undefined && (label.value === null || value === label.value))) &&
    (text === null || [job.name ?? '', job.jobId].some((it) => it.toLowerCase().includes(text)))
  );
}
