import { createHmac, createSecretKey, hash } from 'node:crypto';
import { Agent } from 'undici';
import { ACCESS_KEY, PROJECT, SECRET_KEY } from './world.ts';
import { JOB } from './schema.ts';

/**
 * The least that a signed and validated request costs with a real HTTP library: no guard, no deadline, no limits, no
 * redaction; a signature made for this one request.
 */
export function floor(port: number): { ask: (jobId: string) => Promise<string>; close: () => Promise<void> } {
  const agent = new Agent({ connections: 64, pipelining: 1 });
  const origin = `http://127.0.0.1:${port}`;
  const key = createSecretKey(SECRET_KEY, 'utf8');
  const empty = hash('sha256', '');
  const names = 'host;x-project-id;x-sdk-date';
  let date = '';
  let until = 0;

  const headersFor = (path: string): Record<string, string> => {
    const now = Date.now();
    if (now >= until) {
      until = now - (now % 1_000) + 1_000;
      date = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    }
    const canonical = `GET\n${path}/\n\nhost:127.0.0.1:${port}\nx-project-id:${PROJECT}\nx-sdk-date:${date}\n\n${names}\n${empty}`;
    const signature = createHmac('sha256', key)
      .update(`SDK-HMAC-SHA256\n${date}\n${hash('sha256', canonical)}`)
      .digest('hex');
    return {
      'x-project-id': PROJECT,
      'x-sdk-date': date,
      authorization: `SDK-HMAC-SHA256 Access=${ACCESS_KEY}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };

  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      agent.dispatch(
        { origin, path, method: 'GET', headers: headersFor(path) },
        {
          onRequestStart() {},
          onResponseStart(_controller, status) {
            if (status !== 200) reject(new Error(`HTTP ${status}`));
          },
          onResponseData(_controller, chunk) {
            text += chunk.toString();
          },
          onResponseEnd: () => resolve(text),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });

  return {
    ask: async (jobId) => JOB.parse(JSON.parse(await get(`/v1/${PROJECT}/jobs/${jobId}`))).status,
    close: () => agent.destroy(),
  };
}
