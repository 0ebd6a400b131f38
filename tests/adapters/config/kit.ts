import { readFileSync } from 'node:fs';
import { KNOWN_CLOUDS } from '../../../lib/adapters/clouds/known.ts';
import {
  parseConfig,
  renderProblems,
  type Config,
  type ConfigDeps,
  type Problem,
} from '../../../lib/adapters/config/config.ts';
import { KEY as OTHER_KEY } from '../platform/certificates.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';

export const SIGNING_KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export const CERTIFICATE = readFileSync(new URL('../channels/fixtures/relay.crt', import.meta.url), 'utf8');

/** That of the certificate. */
export const PRIVATE_KEY = readFileSync(new URL('../channels/fixtures/relay.key', import.meta.url), 'utf8');

export const ENV = {
  HWC_AK: 'EXAMPLEACCESSKEY0001',
  HWC_SK: 'exampleSecretKey/0123456789abcdefghijklmn',
  OTC_PASSWORD: 'correct horse battery staple',
  IAM_TOKEN: 'MIIExampleTokenOfManyCharacters',
  PING_URL: 'https://ping.example.com/a-secret',
  SLACK_OPS_URL: 'https://hooks.slack.com/services/T0001/B0001/exampleexample',
  SLACK_TOKEN: 'xoxb-1234567890-ABCDEFGHIJ-klmnopqrstuv',
  CI_WEBHOOK_KEY: SIGNING_KEY,
  TEAMS_URL:
    'https://d0.07.environment.api.powerplatform.com:443/invoke?api-version=1&sv=1.0&sig=exampleSig01',
  CONNECTOR_URL: 'https://contoso.webhook.office.com/webhookb2/a/IncomingWebhook/b/c',
  FEISHU_URL: 'https://open.feishu.cn/open-apis/bot/v2/hook/8c1f-example-hook',
  FEISHU_SECRET: 'exampleFeishuSecret01',
  DINGTALK_URL: 'https://oapi.dingtalk.com/robot/send?access_token=exampleaccesstoken01',
  DINGTALK_SECRET: 'SECexampledingtalk01',
  WECOM_URL: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-example-key',
  JOBCHIME_KEY: Buffer.alloc(32, 9).toString('base64'),
  SMTP_PASSWORD: 'example-smtp-password',
  EMPTY: '',
  TWO_LINES: 'first\nsecond',
};

/** No file but one; `read` says which were asked for. */
export function depsWith(env: Record<string, string | undefined> = ENV) {
  const read: string[] = [];
  const secrets = createSecrets();
  const deps: ConfigDeps = {
    path: '/etc/jobchime/jobchime.yaml',
    env,
    clouds: KNOWN_CLOUDS,
    secrets,
    readFile(path) {
      read.push(path);
      if (path.endsWith('/otc_password')) return 'from a file\n';
      if (path.endsWith('/relay.pem')) return CERTIFICATE;
      if (path.endsWith('/relay.key')) return PRIVATE_KEY;
      if (path.endsWith('/other.key')) return OTHER_KEY;
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
  };
  return { deps, read, secrets };
}

export const VALID = `store: data/jobs.db
origins:
  hwc-ecs:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: https://ecs.eu-west-101.myhuaweicloud.eu
    project: '0123456789abcdef0123456789abcdef'
    auth: { access_key: env:HWC_AK, secret_key: env:HWC_SK }
  otc-elb:
    dialect: elb
    cloud: otc
    region: eu-de
    endpoint: https://ELB.eu-de.otc.t-systems.com:443/
    project: 'fedcba9876543210fedcba9876543210'
    auth:
      iam: https://iam.eu-de.otc.t-systems.com
      user: monitor
      domain: OTC00000000001000000001
      password: file:secrets/otc_password
subscriptions:
  ops-failures: { on: failures, channel: slack, target: env:SLACK_OPS_URL }
  team-mail: { on: endings, channel: email, to: [ops@example.com, oncall@example.com] }
  ci:
    pattern: { detail-type: [job.failed] }
    channel: webhook
    target: https://ci.example.com/hooks/jobs?team=a
    signing_keys: [env:CI_WEBHOOK_KEY]
mail:
  host: smtp.example.com
  user: jobchime
  password: env:SMTP_PASSWORD
  from: Jobchime <jobchime@example.com>
policy: { check_every: 1m, not_found_confirm: 5 }
allow_private: [10.0.0.5, Hooks.Internal]
log_level: debug
`;

/** The valid file with one place changed. */
export function changed(from: string, to: string): string {
  if (!VALID.includes(from)) throw new Error(`not in the valid file: ${from}`);
  return VALID.replace(from, () => to);
}

export function configOf(text: string, deps = depsWith().deps): Config {
  const result = parseConfig(text, deps);
  if (!result.ok) throw new Error(renderProblems(result.problems, deps.path));
  return result.config;
}

export function problemsOf(text: string, env: Record<string, string | undefined> = ENV): Problem[] {
  const result = parseConfig(text, depsWith(env).deps);
  return result.ok ? [] : result.problems;
}
