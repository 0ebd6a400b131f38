import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface Delivered {
  from: string;
  to: string[];
  raw: string;
  mail: ParsedMail;
}

/** A real mail server on 127.0.0.1 that keeps what it takes. */
export async function mailbox(
  options: SMTPServerOptions = {},
): Promise<{ port: number; delivered: Delivered[] }> {
  const delivered: Delivered[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const take = async (): Promise<void> => {
        const raw = await text(stream);
        delivered.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          mail: await simpleParser(raw),
        });
      };
      take().then(() => done(), done);
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, delivered };
}

/** The error by which smtp-server gives the reply. */
export const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/**
 * A mail server that answers by the book it is given: the command's verb (`GREETING`, `END` for the final dot) to the reply;
 * null says nothing more, `hang up` closes the connection. Verbs that are not in the book are done politely.
 */
export async function scriptedServer(
  book: Record<string, string | null>,
): Promise<{ port: number; seen: string[] }> {
  const polite: Record<string, string> = { GREETING: '220 mx', DATA: '354 go on', QUIT: '221 bye' };
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const say = (verb: string): void => {
      const reply = verb in book ? book[verb] : (polite[verb] ?? '250 fine');
      if (reply === 'hang up') socket.destroy();
      else if (reply) socket.write(`${reply}\r\n`);
    };
    let inData = false;
    let rest = '';
    say('GREETING');
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString();
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (inData && line !== '.') continue;
        const verb = inData ? 'END' : (line.split(' ')[0] ?? '');
        inData = verb === 'DATA';
        seen.push(verb);
        say(verb);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}
