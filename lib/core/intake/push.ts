import { isRecord } from '../is-record.ts';
import { openedJson } from '../jobs/answered-ids.ts';
import { topicOf } from './smn-message.ts';

/** What something outside says has happened in a cloud. Nothing of it is believed but where to look. */
export interface Push {
  from: 'functiongraph' | 'eventgrid' | 'trace';
  /** Projects that it names; empty: none. */
  projects: string[];
}

/** A trace names a project where its service says so. */
const projectOf = (value: unknown): string[] => {
  const trace = openedJson(value);
  if (!isRecord(trace)) return [];
  const { project_id: id, projectId } = trace;
  return [id, projectId].filter((one) => typeof one === 'string' && one !== '').slice(0, 1) as string[];
};

/** Told apart by shape: triggers of FunctionGraph for CTS and SMN, CloudEvents of EventGrid, and a trace as it is. Null: none of them. */
export function pushOf(body: Readonly<Record<string, unknown>>): Push | null {
  if ('cts' in body) return { from: 'functiongraph', projects: projectOf(body.cts) };
  if (Array.isArray(body.record)) {
    const topics = body.record.flatMap((one: unknown) => {
      const smn = isRecord(one) && isRecord(one.smn) ? one.smn : {};
      return typeof smn.topic_urn === 'string' ? [topicOf(smn.topic_urn).projectId] : [];
    });
    return topics.length > 0 ? { from: 'functiongraph', projects: distinct(topics) } : null;
  }
  const events: unknown[] = Array.isArray(body.events) ? body.events : [body];
  const clouds = events.filter((one) => isRecord(one) && typeof one.specversion === 'string') as {
    data?: unknown;
  }[];
  if (clouds.length > 0)
    return { from: 'eventgrid', projects: distinct(clouds.flatMap(({ data }) => projectOf(data))) };
  return typeof body.trace_id === 'string' ? { from: 'trace', projects: projectOf(body) } : null;
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts.filter(Boolean))];
