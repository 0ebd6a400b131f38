import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Takes no new connection and ends those without a request at once; resolves when what is being answered has been. */
  close(): Promise<void>;
}

/** What is being answered when the server closes has this long to end. */
const CLOSING_MS = 5_000;

/**
 * Keeps the connections of a server within `max`, so that a client that opens many of them takes no file from the rest of the
 * process. A new one takes the place of the oldest that waits for a request; where all are being answered, it is refused.
 *
 * Node itself counts a connection that has not said a word among the busy ones, so its own `closeIdleConnections` would
 * leave it open.
 */
export function holdConnections(server: Server, max: number, closingMs = CLOSING_MS): Connections {
  /** With the number of requests in hand, the oldest connection first. */
  const open = new Map<Socket, number>();
  let closing = false;

  const hasRoom = (): boolean => {
    if (open.size < max) return true;
    const [idle] = [...open].find(([, inHand]) => inHand === 0) ?? [];
    if (idle) drop(idle);
    return idle !== undefined;
  };
  const drop = (socket: Socket): void => {
    open.delete(socket);
    socket.destroy();
  };

  server.on('connection', (socket) => {
    if (closing || !hasRoom()) return void socket.destroy();
    open.set(socket, 0);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    const add = (change: number): number => {
      const inHand = (open.get(socket) ?? 0) + change;
      if (open.has(socket)) open.set(socket, inHand);
      return inHand;
    };
    add(1);
    response.once('close', () => {
      // `close` comes when the answer has been handed over; the connection ends behind it.
      if (add(-1) === 0 && closing) socket.destroySoon();
    });
  });

  return {
    close: () =>
      new Promise((resolve) => {
        closing = true;
        const late = setTimeout(() => [...open.keys()].forEach(drop), closingMs);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        for (const [socket, inHand] of open) if (inHand === 0) drop(socket);
      }),
  };
}

/** Where the system does not say: what most allow. */
const USUAL_FILES = 1_024;

/** How many files and connections the process may have open. Node has raised it to the hard limit when it started. */
export function maxOpenFiles(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft ? Number(soft) : USUAL_FILES;
  } catch {
    return USUAL_FILES;
  }
}
