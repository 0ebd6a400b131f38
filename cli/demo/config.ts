export interface Addresses {
  simulator: string;
  slack: string;
  webhook: string;
  /** Of the API and the console; the messages name it, so it is chosen before anything listens there. Null: there is neither. */
  port: number | null;
  /** Null: nobody receives mail. */
  mailPort: number | null;
}

const WEB_TEAM = `  web-team:
    channel: email
    to: [web-team@example.com]
    rollup: false
    pattern:
      detail-type: [job.succeeded, job.failed, job.lost]
      detail: { data: { job: { labels: { team: [web] } } } }
`;

const apiAt = (port: number): string =>
  `api: { listen: '127.0.0.1:${port}', public_url: 'http://127.0.0.1:${port}', secret_key: env:DEMO_KEY }\n`;

/** The demonstration is configured as the service is: this text goes through the same loader as a `jobchime.yaml`. */
export const demoConfig = (project: string, at: Addresses): string => `
store: ./jobchime.db
origins:
  huawei-ecs:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: ${at.simulator}/huawei-ecs
    project: ${project}
    auth: { access_key: env:DEMO_ACCESS_KEY, secret_key: env:DEMO_SECRET_KEY }
  huawei-elb:
    dialect: elb
    cloud: huawei
    region: eu-west-101
    endpoint: ${at.simulator}/huawei-elb
    project: ${project}
    auth: { access_key: env:DEMO_ACCESS_KEY, secret_key: env:DEMO_SECRET_KEY }
  otc-ecs:
    dialect: ecs
    cloud: otc
    region: eu-de
    endpoint: ${at.simulator}/otc-ecs
    project: ${project}
    auth: { iam: "${at.simulator}/iam", user: jobchime, domain: simulated-domain, password: env:DEMO_PASSWORD }
subscriptions:
  ops: { on: failures, channel: slack, target: env:DEMO_SLACK_URL, rollup: false }
${at.mailPort === null ? '' : WEB_TEAM}  ci:
    on: everything
    channel: webhook
    target: ${at.webhook}
    signing_keys: [env:DEMO_SIGNING_KEY]
${at.mailPort === null ? '' : `mail: { host: 127.0.0.1, port: ${at.mailPort}, from: jobchime@example.com }`}
${at.port === null ? '' : apiAt(at.port)}# Everything here runs on this machine.
allow_private: [127.0.0.1]
# Times are shortened so that nobody has to wait: in earnest a job is checked every 30 s, not every second.
policy:
  first_check: 300ms
  check_every: 1s
  check_every_unpaid: 2s
  trouble_first: 700ms
  trouble_max: 2s
  not_found_grace: 2s
  not_found_every: 500ms
  record_kept: 2s
`;
