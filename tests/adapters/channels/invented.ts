/** A channel that does not exist, as the recipe has it written. */
export const DEFINITION = `
import { HOUR, MINUTE } from '../../../core/notify/retry.ts';
import { configured, type ChannelDefinition } from '../definition.ts';
import { secretUrlField } from '../url-field.ts';

export const parrot: ChannelDefinition = {
  schedule: [MINUTE, HOUR],
  claimMs: 60_000,
  concurrency: 1,
  show: (url) => \`Parrot (\${new URL(url).host}/…)\`,
  targetHint: 'Write https://host/path.',
  ...configured(
    (rules) => ({ target: secretUrlField(rules, 'a parrot') }),
    ({ target }) => [{ address: target }],
  ),
  aws: { timeout: 120, memory: 256, batch: 5, concurrency: 2, description: 'Sends to parrots' },
};
`;

export const SENDER = `
import { describe } from '../../../core/notify/message.ts';
import type { CreateSender, TryTarget } from '../definition.ts';
import { post } from '../post.ts';
import { redactor, secretsOfUrl } from '../redact.ts';
import { byStatus, receiptFor, retry, SENT } from '../verdict.ts';
import { asJson, type Written } from '../written.ts';

const BY_STATUS = {
  '1xx': retry('server_error'),
  '2xx': SENT,
  '3xx': retry('redirected'),
  '4xx': retry('client_error'),
  '5xx': retry('server_error'),
};

export const createSender: CreateSender = ({ exchange }) => ({
  async send({ event, target, at }) {
    const url = target.address();
    const answer = await post(exchange, url, JSON.stringify({ squawk: describe(event).title }));
    return receiptFor(answer, ({ status }) => byStatus(BY_STATUS, status), at, redactor(secretsOfUrl(url)));
  },
});

export const written: Written = (content) => asJson({ squawk: content.title });

export const tryTarget: TryTarget = async () => ({ ok: true, says: 'the parrot is awake' });
`;

/** What a stranger would ask of it, in both homes. Prints what it finds out as JSON. */
export const ASKS = `
import { createServer } from 'node:http';
import { openApiDocument } from './lib/adapters/api/openapi.ts';
import { createSecrets } from './lib/adapters/platform/secrets.ts';
import { ENV } from './lib/wire/aws/env.ts';
import { doorbellOf } from './lib/wire/aws/with-context.ts';
import { examine } from './lib/wire/local/doctor.ts';
import { openParts } from './lib/wire/local/parts.ts';
import { configJsonSchema, loadConfig } from './lib/wire/local/read-config.ts';
import { preview } from './lib/wire/preview.ts';
import { compose } from './cli/init/compose.ts';
import { CHANNEL_NAMES, NOTIFY_FORMS } from './lib/adapters/channels/registry.ts';
import { FUNCTIONS } from './scripts/bundle.ts';

const heard = [];
const server = createServer(async (req, res) => {
  let body = '';
  for await (const chunk of req) body += chunk;
  heard.push(JSON.parse(body));
  res.end('{}');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const text = \`
store: ./parrot.db
origins:
  hwc-ecs: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: 'http://127.0.0.1:9', project: '\${'a'.repeat(32)}', auth: { token: env:TOKEN } }
subscriptions:
  birds: { on: failures, channel: parrot, target: env:PARROT }
allow_private: [127.0.0.1]
\`;
const secrets = createSecrets();
const env = { TOKEN: 'token-of-many-characters', PARROT: \`http://127.0.0.1:\${server.address().port}/feathers\` };
const { config, problems } = loadConfig(text, process.cwd() + '/jobchime.yaml', env, secrets);
if (!config) throw new Error(JSON.stringify(problems));
const { parts, close } = openParts(config, secrets, { line() {} });
const [subscription] = config.subscriptions;
const [target] = subscription.targets;
const event = JSON.parse(process.env.EVENT);
const receipt = await parts.channels.parrot.send({ deliveryId: 'dlv_1', event, subscription: 'birds', target, at: Date.now() });
const findings = await examine(config, secrets);
Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
const queue = \`http://127.0.0.1:\${server.address().port}/1/parrots\`;
const doorbell = doorbellOf(parts, { JOBCHIME_PARROT_QUEUE: queue });
await doorbell.ring([{ key: 'e/d', channel: 'parrot', subscription: 'birds', due: { queue: '', at: 0 } }]);
await close();
server.close();
const shown = await preview(event, 'parrot', { subscription: 'birds' });
console.log(JSON.stringify({
  shown: target.shown,
  receipt: receipt.kind,
  heard: heard.slice(0, 1),
  rung: heard[1].QueueUrl.endsWith('/1/parrots'),
  schedule: parts.rules.parrot.schedule,
  doctor: findings.find(({ what }) => what.includes('birds')),
  schema: JSON.stringify(configJsonSchema()).includes('"const":"parrot"'),
  api: JSON.stringify(openApiDocument('0')).includes('"enum":' + JSON.stringify(CHANNEL_NAMES)),
  channels: CHANNEL_NAMES,
  bundled: FUNCTIONS.toSorted(),
  previewed: Object.keys(shown.files),
  init: compose({ services: 'ecs', channel: 'parrot' }).secrets.find(({ name }) => name.startsWith('PARROT')),
  forms: NOTIFY_FORMS,
  environment: Object.keys(ENV().parrot.shape),
  rings: Object.keys(ENV().sweep.shape).filter((name) => name.includes('PARROT')),
}));
process.exit();
`;
