import type { ServerResponse } from 'node:http';
import { createEventBridgeClient } from '../../../lib/adapters/bus/eventbridge.ts';
import { serve } from '../platform/serve.ts';

export interface PutEntry {
  EventBusName: string;
  Time: number;
  Source: string;
  DetailType: string;
  Detail: string;
  Resources: string[];
}
export type Answer = (entries: PutEntry[], call: number, res: ServerResponse) => unknown;

/** EventBridge's PutEvents over HTTP; what it answers is up to the test. An answer of `undefined` was given by hand. */
export async function servePutEvents(answer: Answer, silenceMs = 5_000) {
  const calls: PutEntry[][] = [];
  const served = await serve((req, res, body) => {
    if (req.headers['x-amz-target'] !== 'AWSEvents.PutEvents') return void res.writeHead(404).end();
    const { Entries } = JSON.parse(body) as { Entries: PutEntry[] };
    calls.push(Entries);
    const told = answer(Entries, calls.length, res);
    if (told !== undefined)
      res.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(told));
  });
  const client = createEventBridgeClient({
    endpoint: served.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { requestTimeout: silenceMs, throwOnRequestTimeout: true },
  });
  return { client, calls, url: served.url };
}

/** Takes every entry, but those for which `fails` has an error code. */
export function taking(
  entries: readonly PutEntry[],
  fails: (entry: PutEntry, i: number) => string | null = () => null,
) {
  const Entries = entries.map((entry, i) => {
    const code = fails(entry, i);
    return code ? { ErrorCode: code, ErrorMessage: 'not now' } : { EventId: `${i}` };
  });
  return { FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length, Entries };
}
