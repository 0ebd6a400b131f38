import type { ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { serve } from '../../adapters/platform/serve.ts';

type Input = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
export type Operations = Record<string, (input: Input, res: ServerResponse) => unknown>;

export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
export const REGION = 'eu-central-1';

/** AWS's JSON services over HTTP, as far as they are used. An answer of `undefined` was given by hand. */
export async function serveAws(operations: Operations) {
  const served = await serve((req, res, body) => {
    const target = String(req.headers['x-amz-target'] ?? req.url).replace(/^.*[./]/, '');
    const answer = operations[target];
    if (!answer) return void res.writeHead(400).end(JSON.stringify({ __type: 'UnknownOperationException' }));
    const said = answer(JSON.parse(body) as Input, res);
    if (said !== undefined)
      res.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(said));
  });
  return { ...served, config: { endpoint: served.url, region: REGION, credentials: CREDENTIALS } };
}

export const fail = (res: ServerResponse, status: number, __type: string, message = 'no'): void =>
  void res.writeHead(status, { 'x-amzn-errortype': __type }).end(JSON.stringify({ __type, message }));

/** The SDK checks what SQS says it has received. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** SendMessageBatch takes each entry but those for which `refuses` says so. */
export const takeBatch = (entries: Input[], refuses: (entry: Input) => boolean = () => false) => ({
  Successful: entries
    .filter((entry) => !refuses(entry))
    .map(({ Id, MessageBody }) => ({ Id, MessageId: `m-${Id}`, MD5OfMessageBody: md5(MessageBody) })),
  Failed: entries.filter(refuses).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
});

/** GetParameters over a map that the test may change: `name` is what is there now, `name:1` what was there before. */
export const parameters = (values: Map<string, string>) => (input: Input) => ({
  Parameters: (input['Names'] as string[])
    .filter((name) => values.has(name))
    .map((name) => ({
      Name: name.split(':')[0],
      Value: values.get(name),
      Type: 'SecureString',
      Version: [...values.keys()].filter((one) => one.startsWith(`${name}:`)).length + 1,
    })),
  InvalidParameters: (input['Names'] as string[]).filter((name) => !values.has(name)),
});
