import { createServer } from 'node:net';
import { parseAuthorization, canonicalRequest, signatureOf } from '../../lib/adapters/simulator/signature.ts';
import { ACCESS_KEY, hasEnded, SECRET_KEY } from './world.ts';

// A cloud's job query over a bare socket, so that the server never is the limit. Started by `inChild`.

/** One request of this many has its signature verified; of all others only the form is checked. */
const VERIFY_ONE_OF = 101;

let seen = 0;

/** Answers every request after `latencyMs`. Returns its port. */
export function start({ latencyMs = 0 }: { latencyMs?: number } = {}): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    let held = '';
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      held += chunk.toString('latin1');
      for (let end = held.indexOf('\r\n\r\n'); end !== -1; end = held.indexOf('\r\n\r\n')) {
        const answer = answerTo(held.slice(0, end));
        held = held.slice(end + 4);
        if (latencyMs === 0) socket.write(answer, 'latin1');
        else setTimeout(() => socket.write(answer, 'latin1'), latencyMs);
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, () => resolve((server.address() as { port: number }).port));
  });
}

function answerTo(head: string): string {
  const [, path = ''] = /^GET (\S+) HTTP\/1\.1\r\n/.exec(head) ?? [];
  if (!isSigned(head, path))
    return http(401, '{"error":{"code":"APIGW.0301","message":"Incorrect IAM authentication"}}');
  return http(200, bodyOf(path.slice(path.lastIndexOf('/') + 1)));
}

function isSigned(head: string, path: string): boolean {
  const signed = parseAuthorization(/\r\nauthorization: ([^\r]*)/i.exec(head)?.[1] ?? '');
  if (!signed || signed.access !== ACCESS_KEY) return false;
  if (seen++ % VERIFY_ONE_OF !== 0) return true;
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
  const call = { method: 'GET', path, query: new URLSearchParams(), headers, body: Buffer.alloc(0) };
  const canonical = canonicalRequest(call as never, signed.headers);
  return signatureOf(canonical, headers['x-sdk-date'] ?? '', SECRET_KEY) === signed.signature;
}

/** As ECS writes it, some 530 bytes. */
export function bodyOf(jobId: string, ended = hasEnded(jobId)): string {
  return JSON.stringify({
    status: ended ? 'SUCCESS' : 'RUNNING',
    entities: {
      sub_jobs_total: 1,
      sub_jobs: [
        {
          status: ended ? 'SUCCESS' : 'RUNNING',
          entities: { server_id: `bae51750-0089-41a1-9b18-${jobId.slice(20)}` },
          job_id: `2c9eb2c5544cbf6101${jobId.slice(18)}`,
          job_type: 'createSingleServer',
          begin_time: '2026-03-01T12:00:01.000Z',
          end_time: ended ? '2026-03-01T12:04:00.000Z' : '',
          error_code: null,
          fail_reason: null,
        },
      ],
    },
    job_id: jobId,
    job_type: 'createServer',
    begin_time: '2026-03-01T12:00:00.000Z',
    end_time: ended ? '2026-03-01T12:04:00.000Z' : '',
    error_code: null,
    fail_reason: null,
  });
}

const http = (status: number, body: string): string =>
  `HTTP/1.1 ${status} X\r\ndate: Sun, 01 Mar 2026 12:00:00 GMT\r\ncontent-type: application/json\r\nserver: api-gateway\r\n` +
  `x-request-id: 5c1a7b1d0f0d4f1f9a1b2c3d4e5f6071\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
