import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REGION } from './local.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
/** Every fifth one fails. */
export const jobId = (n: number): string => `66d0afeb8c1eecb0019ca945${String(n).padStart(8, '0')}`;
const fails = (id: string): boolean => Number(id.slice(-8)) % 5 === 0;
export const failing = (ids: readonly string[]): string[] => ids.filter(fails);

/** What is not AWS: a cloud whose jobs end between the first check and the second, a webhook and Slack, which count. */
export async function startOutside() {
  const seen = new Set<string>();
  const received: Record<'webhook' | 'slack', string[]> = { webhook: [], slack: [] };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (req.url === '/webhook')
          received.webhook.push((JSON.parse(body) as { data: { job: { jobId: string } } }).data.job.jobId);
        if (req.url === '/slack') received.slack.push(body);
        if (req.method === 'POST') return res.end('ok');
        const job_id = req.url!.split('/').at(-1)!;
        const status = !seen.has(job_id) ? 'RUNNING' : fails(job_id) ? 'FAIL' : 'SUCCESS';
        seen.add(job_id);
        const error = status === 'FAIL' ? { error_code: 'Ecs.0204', fail_reason: 'quota exceeded' } : {};
        const begin_time = new Date().toISOString();
        return res.end(
          JSON.stringify({ job_id, job_type: 'createServer', status, begin_time, entities: {}, ...error }),
        );
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, received, close: () => void (server.closeAllConnections(), server.close()) };
}

/** By where they stand in Systems Manager. */
export const SECRETS = (outside: string): Record<string, string> => ({
  'clouds/token': 'token-of-many-characters',
  'webhook/key': `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  'slack/ops': `${outside}/slack`,
});

/** The configuration of the stage, whose secrets stand in Systems Manager. */
export const configOf = (stage: string, outside: string): string => `
origins:
  hwc-ecs:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: ${outside}/cloud
    project: '${PROJECT}'
    auth: { token: 'ssm:/jobchime/${stage}/clouds/token' }
subscriptions:
  everybody: { on: endings, channel: webhook, target: '${outside}/webhook', signing_keys: ['ssm:/jobchime/${stage}/webhook/key'] }
  ops: { on: failures, channel: slack, target: 'ssm:/jobchime/${stage}/slack/ops' }
  team: { on: failures, channel: email, to: [ops@example.com] }
mail: { host: email.${REGION}.amazonaws.com, from: jobchime@example.com }
policy: { check_every: 1s }
allow_private: [127.0.0.1]
log_level: error
`;
