import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '../../receiver/index.ts';

/** What arrived somewhere, by the id that stays the same however often it is sent. */
export interface Arrival {
  id: string;
  title: string;
  body: string;
}

export interface Sink {
  url: string;
  arrivals: Arrival[];
  /** Called with each arrival. */
  onArrival: (arrival: Arrival) => void;
  /** What was wrong with anything that arrived: an unverifiable signature, a message that does not parse. */
  faults: string[];
  close(): Promise<void>;
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function httpSink(
  path: string,
  take: (request: IncomingMessage, text: string) => Arrival | null,
  answer: string,
): Promise<Sink> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const arrival = take(request, await body(request));
      if (!arrival) return void response.writeHead(400).end('no_text');
      keep(sink, arrival);
      response.end(answer);
    } catch (error) {
      blame(sink, error);
      response.writeHead(400).end('refused');
    }
  };
  const server = createServer((request, response) => void handle(request, response));
  const port = await listen(server);
  const sink = newSink(`http://127.0.0.1:${port}${path}`, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return sink;
}

const newSink = (url: string, close: Sink['close']): Sink => ({
  url,
  arrivals: [],
  faults: [],
  onArrival: () => {},
  close,
});

/** A sender that dies while it sends is no fault of what it sent: that has not arrived. */
function blame(sink: Sink, error: unknown): void {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ECONNRESET' && !/^(aborted|Connection closed)/.test(message)) sink.faults.push(String(error));
}

function keep(sink: Sink, arrival: Arrival): void {
  sink.arrivals.push(arrival);
  sink.onArrival(arrival);
}

/** Takes what a Slack incoming webhook takes. Slack has no id of its own to recognise a repeat by: the text has to do. */
export const slackSink = (): Promise<Sink> =>
  httpSink(
    '/services/T00000000/B00000000/demonstration',
    (_, text) => {
      const message = JSON.parse(text) as { text?: string; blocks: unknown[] };
      // The doctor asks so whether there is a webhook; Slack refuses it by name.
      if (message.text === undefined) return null;
      return { id: message.text, title: message.text, body: text };
    },
    'ok',
  );

/** Verifies with `jobchime/receiver`, as a subscriber would. */
export const webhookSink = (signingKey: string): Promise<Sink> =>
  httpSink(
    '/hooks/jobs',
    (request, text) => {
      const verified = verifyWebhook(request.headers, text, signingKey);
      if (!verified.ok) throw new Error(`the webhook cannot be believed: ${verified.reason}`);
      const { deliveryId, event } = verified.message;
      return { id: deliveryId, title: event.type, body: text };
    },
    '',
  );

/** A mail server that takes everything for anybody. Its packages are not those of Jobchime: only the demonstration needs them. */
export async function mailSink(): Promise<Sink & { port: number }> {
  const [{ SMTPServer }, { simpleParser }] = await Promise.all([import('smtp-server'), import('mailparser')]);
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, done) {
      simpleParser(stream).then(
        (mail) => {
          keep(sink, { id: mail.messageId ?? '', title: mail.subject ?? '', body: mail.text ?? '' });
          done();
        },
        (error: unknown) => {
          blame(sink, error);
          done(new Error('unreadable'));
        },
      );
    },
  });
  // Connections that are broken off; without a listener they would end the process.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const sink = newSink(
    `smtp://127.0.0.1:${port}`,
    () => new Promise((resolve) => server.close(() => resolve())),
  );
  return Object.assign(sink, { port });
}

/** The same where its packages are installed, null where they are not. */
export const mailSinkIfThere = (): Promise<Sink | null> => mailSink().catch(nullIfMissing);

function nullIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
}
