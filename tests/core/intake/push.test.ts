import { describe, expect, it } from 'vitest';
import { pushOf } from '../../../lib/core/intake/push.ts';

const TOPIC = 'urn:smn:eu-de:0123456789abcdef0123456789abcdef:jobs';
const PROJECT = '0123456789abcdef0123456789abcdef';

describe('what comes in', () => {
  it.each<[what: string, body: Record<string, unknown>, push: unknown]>([
    [
      "FunctionGraph's trigger for traces",
      { cts: { code: 0, operation_id: 'CreateFunction', request: {}, response: {}, trace_rating: 'normal' } },
      { from: 'functiongraph', projects: [] },
    ],
    [
      'the same with a project',
      { cts: { project_id: PROJECT } },
      { from: 'functiongraph', projects: [PROJECT] },
    ],
    [
      'a trace in a text',
      { cts: JSON.stringify({ project_id: PROJECT }) },
      { from: 'functiongraph', projects: [PROJECT] },
    ],
    [
      "FunctionGraph's trigger for SMN",
      { record: [{ event_version: '1.0', smn: { topic_urn: TOPIC, message: 'x', type: 'notification' } }] },
      { from: 'functiongraph', projects: [PROJECT] },
    ],
    [
      'a CloudEvent of EventGrid',
      { id: '1', specversion: '1.0', source: 'HC.CTS', type: 'x', data: { project_id: PROJECT } },
      { from: 'eventgrid', projects: [PROJECT] },
    ],
    [
      'several',
      { events: [{ specversion: '1.0' }, { specversion: '1.0' }] },
      { from: 'eventgrid', projects: [] },
    ],
    ['a trace as it is', { trace_id: 't', trace_name: 'createServer' }, { from: 'trace', projects: [] }],
    ['anything else', { hello: 'world' }, null],
    ['an empty list', { record: [], events: [] }, null],
  ])('is told by its shape: %s', (_, body, push) => {
    expect(pushOf(body)).toEqual(push);
  });
});
