import { CHANNEL_NAMES } from '../../../lib/adapters/channels/registry.ts';
import { describe, expect, it } from 'vitest';
import { KNOWN_CLOUDS } from '../../../lib/adapters/clouds/known.ts';
import { renderProblems } from '../../../lib/adapters/config/config.ts';
import { changed, ENV, problemsOf, SIGNING_KEY, VALID } from './kit.ts';

const NAMES = CHANNEL_NAMES.join(', ');

const ECS = 'https://ecs.eu-west-101.myhuaweicloud.eu';
const HOOK = 'https://ci.example.com/hooks/jobs?team=a';
const KEYS = `endpoint: ${ECS}
    project: '0123456789abcdef0123456789abcdef'
    auth: {`;
const OTC = `endpoint: https://ELB.eu-de.otc.t-systems.com:443/
    project: 'fedcba9876543210fedcba9876543210'
    auth:
      iam: https://iam.eu-de.otc.t-systems.com
`;
const AUTH = '{ access_key: env:HWC_AK, secret_key: env:HWC_SK }';
const REFERENCE = 'env:NAME';
const DIALECTS = KNOWN_CLOUDS.dialects.join(', ');

/** What is changed into what; where that is wrong, how it is told, and part of how to mend it. */
type Row = [from: string, to: string, where: string, problem: string, fix: string];

// oxfmt-ignore
const FAULTS: Row[] = [
  // Shape
  ['dialect: ecs', 'dialect: ecz', 'origins.hwc-ecs.dialect', `must be one of ${DIALECTS}: did you mean 'ecs'?`, 'ecs, elb'],
  ['cloud: huawei', 'cloud: HWC', 'origins.hwc-ecs.cloud', "must be one of huawei, otc: did you mean 'huawei'?", 'huawei or otc'],
  ['cloud: otc', 'cloud: open-telekom-cloud', 'origins.otc-elb.cloud', "must be one of huawei, otc: did you mean 'otc'?", 'huawei or otc'],
  ['on: failures', 'on: failed', 'subscriptions.ops-failures.on', "must be one of failures, endings, everything: did you mean 'failures'?", 'failures'],
  ['on: endings', 'on: all', 'subscriptions.team-mail.on', "must be one of failures, endings, everything: did you mean 'everything'?", 'everything'],
  ['oncall@example.com', 'oncall@exämple.com', 'subscriptions.team-mail.to[1]', 'has a domain with letters beyond ASCII', 'xn--'],
  ['from: Jobchime <jobchime@example.com>', 'from: jobchime@exämple.com', 'mail.from', 'has a domain with letters beyond ASCII', 'xn--'],
  ['cloud: huawei', 'cloud: aws', 'origins.hwc-ecs.cloud', 'must be one of huawei, otc', 'huawei or otc'],
  ['region: eu-de', 'region: EU DE', 'origins.otc-elb.region', 'is not a region', 'for example eu-de'],
  ['region: eu-de', 'region:', 'origins.otc-elb.region', 'is empty', 'for example eu-de'],
  ['    region: eu-de\n', '', 'origins.otc-elb.region', 'is missing', 'for example eu-de'],
  ["'fedcba9876543210fedcba9876543210'", '0123', 'origins.otc-elb.project', 'must be text, not a number', 'in quotes'],
  ["'fedcba9876543210fedcba9876543210'", 'eu de/x', 'origins.otc-elb.project', 'is not a project id', 'not its name'],
  ["'fedcba9876543210fedcba9876543210'", 'eu-de', 'origins.otc-elb.project', 'is not a project id', 'not its name'],
  ['hwc-ecs:', 'HWC_ecs:', 'origins.HWC_ecs', 'is not a usable name', 'lower-case letters'],
  ['log_level: debug', 'log_level: warning', 'log_level', "must be one of debug, info, warn, error: did you mean 'warn'?", 'debug'],
  ['store: data/jobs.db', 'store: [a]', 'store', 'must be text, not a list', './jobchime.db'],
  ['store: data/jobs.db', 'stor: data', 'stor', "unknown key 'stor': did you mean 'store'?", "Write 'store'."],
  ['store: data/jobs.db', 'colour: red', 'colour', "unknown key 'colour'", 'Known here: store, origins'],
  // Rate and concurrency
  ['dialect: ecs', 'dialect: ecs\n    rate: 0', 'origins.hwc-ecs.rate', 'must be at least 0.1', '0.1 to 10000'],
  ['dialect: ecs', 'dialect: ecs\n    rate: 20000', 'origins.hwc-ecs.rate', 'must be at most 10000', '0.1 to 10000'],
  ['dialect: ecs', 'dialect: ecs\n    rate: fast', 'origins.hwc-ecs.rate', 'must be a number, not text', '0.1 to 10000'],
  ['dialect: ecs', 'dialect: ecs\n    rate: 2000', 'origins.hwc-ecs.rate', 'is not reached: 64 under way at once, each answered in 50 ms, are 1280 a second', 'Write concurrency: 100, or more where answers take longer; or a rate of 1280 at most.'],
  ['dialect: ecs', 'dialect: ecs\n    rate: 100\n    concurrency: 4', 'origins.hwc-ecs.rate', 'is not reached: 4 under way at once, each answered in 50 ms, are 80 a second', 'Write concurrency: 5, or more where answers take longer; or a rate of 80 at most.'],
  ['subscriptions:\n', `accounts:\n  prod: { cloud: otc, region: eu-de, project: '0123456789abcdef0123456789abcdef', rate: 2000, auth: ${AUTH} }\nsubscriptions:\n`, 'accounts.prod.rate', 'is not reached: 64 under way at once, each answered in 50 ms, are 1280 a second', 'Write a rate of 1280 at most.'],
  ['dialect: ecs', 'dialect: ecs\n    concurrency: 0', 'origins.hwc-ecs.concurrency', 'must be at least 1', '1 to 512'],
  ['dialect: ecs', 'dialect: ecs\n    concurrency: 1000', 'origins.hwc-ecs.concurrency', 'must be at most 512', '1 to 512'],
  ['dialect: ecs', 'dialect: ecs\n    concurrency: 2.5', 'origins.hwc-ecs.concurrency', 'must be a whole number', '1 to 512'],
  ['log_level: debug', "api: { listen: '127.0.0.1:8481', limits: { burst: 0 } }", 'api.limits.burst', 'must be at least 1', '1 to 100000'],
  ['log_level: debug', "api: { listen: '127.0.0.1:8481', limits: { per_second: 0 } }", 'api.limits.per_second', 'must be at least 0.1', '0.1 to 10000'],
  ['log_level: debug', "api: { listen: '127.0.0.1:8481', limits: { rate: 9 } }", 'api.limits.rate', "unknown key 'rate'", 'burst, per_second'],
  // Endpoints
  [`endpoint: ${ECS}`, `endpont: ${ECS}`, 'origins.hwc-ecs.endpont', "unknown key 'endpont': did you mean 'endpoint'?", "Write 'endpoint'."],
  [ECS, 'http://ecs.example.com', 'origins.hwc-ecs.endpoint', 'must be https', 'Write https://'],
  [ECS, 'ecs.example.com', 'origins.hwc-ecs.endpoint', 'is not an https URL', 'for example https://'],
  [ECS, 'ftp://ecs.example.com', 'origins.hwc-ecs.endpoint', 'is not an https URL', 'for example https://'],
  [ECS, `${ECS}/v1`, 'origins.hwc-ecs.endpoint', 'says more than where the service is', 'such as /v1'],
  [ECS, `${ECS}?a=b`, 'origins.hwc-ecs.endpoint', 'says more than where the service is', 'such as /v1'],
  [ECS, 'https://me:pass@ecs.example.com', 'origins.hwc-ecs.endpoint', 'must not hold a user name or password', 'for example https://'],
  ['https://iam.eu-de.otc.t-systems.com', 'https://iam.example.com/v3', 'origins.otc-elb.auth.iam', 'says more than where the service is', 'such as /v1'],
  // Hosts that would be sent credentials
  [ECS, 'https://ecs.eu-west-101.myhuaweicloud.eu.example.com', 'origins.hwc-ecs.endpoint', 'is not a host of cloud huawei', 'trusted_hosts'],
  [ECS, 'https://evil-myhuaweicloud.eu', 'origins.hwc-ecs.endpoint', 'is not a host of cloud huawei', 'trusted_hosts'],
  [ECS, 'https://ecs.eu-de.otc.t-systems.com', 'origins.hwc-ecs.endpoint', 'is not a host of cloud huawei', 'Correct it'],
  ['https://iam.eu-de.otc.t-systems.com', 'https://iam.eu-de.otc.t-systems.org', 'origins.otc-elb.auth.iam', 'is not a host of cloud otc', 'trusted_hosts'],
  // An endpoint of somebody's own beside an IAM that would be the cloud's
  [OTC, OTC.replace(/https:.*443/, 'http://127.0.0.1:8480/otc-elb').replace(/ +iam: .*\n/, ''), 'origins.otc-elb.auth.iam', 'is missing: none is known for an endpoint outside of cloud otc', 'Write the IAM service'],
  [KEYS, KEYS.replace(ECS, 'http://localhost:1').replace('{', '{ agency: { name: a, domain: b },'), 'origins.hwc-ecs.auth.iam', 'is missing: none is known for an endpoint outside of cloud huawei', 'Write the IAM service'],
  // What the cloud does not have, or is not known to have there
  ['dialect: elb', 'dialect: elb-v3', 'origins.otc-elb.dialect', 'is not one of cloud otc', 'It has ecs, elb, evs,'],
  ['region: eu-de\n    endpoint: https://ELB.eu-de.otc.t-systems.com:443/', 'region: eu-xy', 'origins.otc-elb.endpoint', 'is missing: none is known for this region', 'for example https://'],
  ['region: eu-de\n    endpoint: https://ELB.eu-de.otc.t-systems.com:443/', 'region: eu-xy', 'origins.otc-elb.endpoint', 'is missing: none is known for this region', 'Known regions of otc: eu-de, eu-nl, eu-ch2.'],
  ...['eu-west-0', 'ru-moscow-1', 'my-kualalumpur-1', 'la-south-6001', 'cn-hk-1'].map((region): Row => [`region: eu-west-101\n    endpoint: ${ECS}`, `region: ${region}`, 'origins.hwc-ecs.endpoint', 'is missing: none is known for this region', 'Known regions of huawei: eu-west-101, cn-north-1']),
  ['dialect: elb\n    cloud: otc\n    region: eu-de\n    endpoint: https://ELB.eu-de.otc.t-systems.com:443/', 'dialect: bms\n    cloud: otc\n    region: eu-de', 'origins.otc-elb.endpoint', 'is missing: none is known for this service in this region', 'for example https://'],
  [`region: eu-west-101\n    endpoint: ${ECS}`, 'region: eu-de', 'origins.hwc-ecs.region', 'is a region of cloud otc, not of huawei', 'Write cloud: otc, or a region of huawei: eu-west-101'],
  ['region: eu-de\n    endpoint: https://ELB.eu-de.otc.t-systems.com:443/', 'region: cn-north-4', 'origins.otc-elb.region', 'is a region of cloud huawei, not of otc', 'Write cloud: huawei, or a region of otc: eu-de, eu-nl, eu-ch2.'],
  [`dialect: ecs\n    cloud: huawei\n    region: eu-west-101\n    endpoint: ${ECS}`, 'dialect: eip\n    cloud: otc\n    region: cn-north-4', 'origins.hwc-ecs.region', 'is a region of cloud huawei, not of otc', 'Write cloud: huawei'],
  [`region: eu-west-101\n    endpoint: ${ECS}`, 'region: cn-north4', 'origins.hwc-ecs.endpoint', 'is missing: none is known for this region', 'Did you mean region cn-north-4?'],
  // Credentials
  ['env:HWC_SK', 'hunter2hunter2', 'origins.hwc-ecs.auth.secret_key', 'is a secret written out', REFERENCE],
  ['env:HWC_SK', 'env:hunter 2', 'origins.hwc-ecs.auth.secret_key', 'is a secret written out', REFERENCE],
  ['env:HWC_SK', 'env:NOT_SET', 'origins.hwc-ecs.auth.secret_key', 'env:NOT_SET: this environment variable is not set', 'before the service starts'],
  ['env:HWC_SK', 'env:EMPTY', 'origins.hwc-ecs.auth.secret_key', 'env:EMPTY is empty', 'before the service starts'],
  ['env:HWC_SK', 'env:TWO_LINES', 'origins.hwc-ecs.auth.secret_key', 'env:TWO_LINES has a line break or another control character', REFERENCE],
  ['env:HWC_SK', 'file:/nowhere', 'origins.hwc-ecs.auth.secret_key', 'file:/nowhere cannot be read (ENOENT)', 'correct the reference'],
  [', secret_key: env:HWC_SK', '', 'origins.hwc-ecs.auth.secret_key', 'is missing', REFERENCE],
  ['secret_key:', 'secretkey:', 'origins.hwc-ecs.auth.secretkey', "unknown key 'secretkey': did you mean 'secret_key'?", "Write 'secret_key'."],
  ['secret_key: ', 'secret_key:', 'origins.hwc-ecs.auth.secret_key…', "unknown key 'secret_key…'", 'space after the colon'],
  [AUTH, AUTH.replace('}', ', token: env:IAM_TOKEN }'), 'origins.hwc-ecs.auth.token', "'token' does not go together with access_key, secret_key", 'Remove it.'],
  [AUTH, '{ tokn: env:IAM_TOKEN }', 'origins.hwc-ecs.auth.tokn', "unknown key 'tokn': did you mean 'token'?", "Write 'token'."],
  [AUTH, AUTH.replace('}', ', iam: https://iam.eu-west-101.myhuaweicloud.eu }'), 'origins.hwc-ecs.auth.iam', 'is not used for keys without an agency', 'Remove it.'],
  [AUTH, AUTH.replace('}', ', agency: { name: jobs } }'), 'origins.hwc-ecs.auth.agency.domain', 'is missing', 'Write the account'],
  [AUTH, AUTH.replace('}', ', signature: old }'), 'origins.hwc-ecs.auth.signature', 'must be one of access, credential', 'access or credential'],
  [AUTH, '{}', 'origins.hwc-ecs.auth', 'has nothing of what is expected here', 'access_key and secret_key; or user'],
  [AUTH, 'env:IAM_TOKEN', 'origins.hwc-ecs.auth', 'must be a mapping, not text', 'or token'],
  ['      user: monitor\n', '', 'origins.otc-elb.auth.user', 'is missing', "IAM user's name"],
  // Subscriptions
  ['on: failures, ', '', 'subscriptions.ops-failures', 'does not say which events it wants', 'on (failures, endings, everything) or pattern'],
  ['on: failures', 'on: failure', 'subscriptions.ops-failures.on', "must be one of failures, endings, everything: did you mean 'failures'?", 'failures'],
  ['on: failures', 'on: failures, pattern: { source: [jobchime] }', 'subscriptions.ops-failures', "has both 'on' and 'pattern'", 'either on'],
  ['[job.failed]', 'job.failed', 'subscriptions.ci.pattern.detail-type', 'is neither a list nor an object', 'Write a list of what may match: ["job.failed"].'],
  ['{ detail-type: [job.failed] }', '{ detailtype: [job.failed] }', 'subscriptions.ci.pattern.detailtype', "is no field of any event: did you mean 'detail-type'?", 'Write detail-type.'],
  ['[job.failed]', '[job.fail]', 'subscriptions.ci.pattern.detail-type[0]', "matches nothing that detail-type can be: did you mean 'job.failed'?", 'job.failed'],
  ['{ detail-type: [job.failed] }', '{ detail: { labels: { team: [web] } } }', 'subscriptions.ci.pattern.detail.labels', "is no field of any event: did you mean 'detail.data.job.labels'?", 'Write detail.data.job.labels.'],
  ['[job.failed]', '[{ prefixx: job }]', 'subscriptions.ci.pattern.detail-type[0].prefixx', 'is no operator', 'Use one of'],
  ['channel: slack', 'channel: slak', 'subscriptions.ops-failures.channel', `must be one of ${NAMES}: did you mean 'slack'?`, NAMES],
  ['channel: slack, ', '', 'subscriptions.ops-failures.channel', 'is missing', `Write one of ${NAMES}.`],
  ['channel: slack', 'channel: slack, signing_keys: [env:CI_WEBHOOK_KEY]', 'subscriptions.ops-failures.signing_keys', "'signing_keys' does not go together with channel: slack", 'Remove it.'],
  ['env:SLACK_OPS_URL', ENV.SLACK_OPS_URL, 'subscriptions.ops-failures.target', 'is a secret written out', REFERENCE],
  ['env:SLACK_OPS_URL', 'env:HWC_AK', 'subscriptions.ops-failures.target', 'what it refers to is not an https URL', 'Slack incoming webhook'],
  ['oncall@example.com', 'oncall', 'subscriptions.team-mail.to[1]', 'is not an email address', 'ops@example.com'],
  ['[ops@example.com, oncall@example.com]', 'oncall', 'subscriptions.team-mail.to', 'must be a list, not text', '[ops@example.com]'],
  ['[ops@example.com, oncall@example.com]', '[]', 'subscriptions.team-mail.to', 'is empty', '[ops@example.com]'],
  ['channel: email, to: [', 'channel: email, too: [', 'subscriptions.team-mail.too', "unknown key 'too': did you mean 'to'?", "Write 'to'."],
  [HOOK, 'http://ci.example.com/', 'subscriptions.ci.target', 'must be https', 'allow_private'],
  [HOOK, 'https://10.0.0.6/x', 'subscriptions.ci.target', 'is on a private address', 'allow_private'],
  [HOOK, 'http://localhost/x', 'subscriptions.ci.target', 'is on a private address', 'allow_private'],
  [HOOK, 'https://[::1]/x', 'subscriptions.ci.target', 'is on a private address', 'allow_private'],
  ['    signing_keys: [env:CI_WEBHOOK_KEY]\n', '', 'subscriptions.ci.signing_keys', 'is missing', '[env:NAME]'],
  ['[env:CI_WEBHOOK_KEY]', '[]', 'subscriptions.ci.signing_keys', 'is empty', '[env:NAME]'],
  ['[env:CI_WEBHOOK_KEY]', `[env:CI_WEBHOOK_KEY, ${SIGNING_KEY}]`, 'subscriptions.ci.signing_keys[1]', 'is a secret written out', REFERENCE],
  ['[env:CI_WEBHOOK_KEY]', '[env:HWC_SK]', 'subscriptions.ci.signing_keys[0]', 'what it refers to is not a webhook signing key', 'whsec_ and 24 to 64 bytes'],
  // The rest
  [VALID.slice(VALID.indexOf('mail:\n'), VALID.indexOf('policy:')), '', 'mail', 'is missing: a subscription sends email', 'host and from'],
  ['  user: jobchime\n', '', 'mail', "needs 'user' and 'password' together", 'both, or neither'],
  ['host: smtp.example.com', 'host: smtp.example.com:587', 'mail.host', 'is not a host name', 'smtp.example.com'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  port: 70000', 'mail.port', 'must be at most 65535', 'for example 587'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  port: 5.5', 'mail.port', 'must be a whole number', 'for example 587'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  secure: yes', 'mail.secure', 'must be true or false, not text', 'STARTTLS'],
  ['env:SMTP_PASSWORD', 'hunter2', 'mail.password', 'is a secret written out', REFERENCE],
  ['from: Jobchime <jobchime@example.com>', 'from: "Job\\nchime <jobchime@example.com>"', 'mail.from', 'has a control character in its name', 'Jobchime <'],
  ['from: Jobchime <jobchime@example.com>', `from: ${'J'.repeat(101)} <jobchime@example.com>`, 'mail.from', 'has a name of more than 100 characters', 'Jobchime <'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  tls: { ca: file:/run/secrets/otc_password }', 'mail.tls.ca', 'what it refers to is no certificate in PEM form', '-----BEGIN CERTIFICATE-----'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  tls: { ca: env:NOT_THERE }', 'mail.tls.ca', 'env:NOT_THERE: this environment variable is not set', 'Set it'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  tls: { ca: /etc/ssl/relay.pem }', 'mail.tls.ca', 'is not a reference', 'file:/path'],
  ['host: smtp.example.com', 'host: smtp.example.com\n  tls: { verify: no }', 'mail.tls.verify', 'must be true or false, not text', 'any will do'],
  ['from: Jobchime <jobchime@example.com>', 'from: Jobchime', 'mail.from', 'is not an email address', 'Jobchime <'],
  ['check_every: 1m', 'check_every: 30', 'policy.check_every', 'must be text, not a number', 'for example 30s'],
  ['check_every: 1m', 'check_every: 3 weeks', 'policy.check_every', 'is not a duration', 'ms, s, m, h or d'],
  ['check_every: 1m', 'check_every: 0s', 'policy.check_every', 'must be more than nothing', 'for example 30s'],
  ['check_every: 1m', 'check_every: 366d', 'policy.check_every', 'must be at most a year', 'for example 30s'],
  ['check_every: 1m', 'checkEvery: 1m', 'policy.checkEvery', "unknown key 'checkEvery': did you mean 'check_every'?", "Write 'check_every'."],
  ['not_found_confirm: 5', 'not_found_confirm: 0', 'policy.not_found_confirm', 'must be at least 1', 'whole number'],
  ['Hooks.Internal', 'http://hooks.internal', 'allow_private[1]', 'is not a host', 'without scheme or port'],
  // YAML itself
  ['log_level: debug', 'log_level: debug\nlog_level: info', '', 'this key stands here a second time', 'Keep one'],
  ['    cloud: huawei', '\tcloud: huawei', '', 'a tab is used for indentation', 'spaces'],
  ['      iam:', '\t\tiam:', '', 'a tab is used for indentation', 'spaces'],
  ['  host: smtp', '\thost: smtp', '', 'a tab is used for indentation', 'spaces'],
  ['  hwc-ecs:\n', '  hwc-ecs\n', '', 'this is not valid YAML', 'colons'],
  ['    dialect: elb', '   dialect: elb', '', 'a second key stands in one line', 'own line'],
  ['cloud: huawei', '\tcloud: huawei', '', 'a tab is used for indentation', 'spaces'],
  ['region: eu-de', 'region: "eu-de', '', 'a quote, comma or bracket is missing', 'Close what was opened'],
  ['region: eu-de', 'region: @eu-de', '', 'a value cannot begin with this character', 'in quotes'],
  ['[job.failed]', '[{ wildcard: *.failed }]', '', 'this is an alias (*) without an anchor (&)', 'in quotes'],
  ['region: eu-de', 'region: !Ref eu-de', '', 'a value with a tag (!) is not known here', 'in quotes'],
  ['log_level: debug', '---\nlog_level: debug', '', 'a second document begins here', 'Keep one document'],
  ['log_level: debug', '? [a]\n: b', '', 'a key must be text', 'name before the colon'],
  ['[job.failed]', '&all [*all]', '', 'an alias (*) holds itself or expands too far', 'Write out'],
];

describe('a faulty file', () => {
  it.each(FAULTS)('%j as %j', (from, to, where, problem, fix) => {
    const problems = problemsOf(changed(from, to));
    expect(problems.map((one) => [one.where, one.problem])).toEqual([[where, problem]]);
    expect(problems[0]?.fix).toContain(fix);
  });

  it('that is indented with tabs throughout is told so once, at the first', () => {
    const tabs = VALID.replaceAll(/^ +/gm, (spaces) => '\t'.repeat(spaces.length / 2));
    expect(problemsOf(tabs)).toMatchObject([{ line: 3, problem: 'a tab is used for indentation' }]);
  });

  it('with a slip behind two keys of one name reports both, and of nothing behind the slip', () => {
    const text = VALID.replace('store:', 'store: a\nstore:').replace('    cloud: otc', '\tcloud: otc');
    expect(problemsOf(text).map(({ problem }) => problem)).toEqual([
      'this key stands here a second time',
      'a tab is used for indentation',
    ]);
  });

  it('in a region that is not known asks for the host that gets the password, too', () => {
    const text = changed('region: eu-de', 'region: eu-west-0')
      .replace('cloud: otc', 'cloud: huawei')
      .replace(/ +endpoint: https:..ELB.*\n/, '')
      .replace(/ +iam: .*\n/, '');
    expect(problemsOf(text).map(({ where, problem }) => [where, problem])).toEqual([
      ['origins.otc-elb.endpoint', 'is missing: none is known for this region'],
      ['origins.otc-elb.auth.iam', 'is missing: none is known for this region'],
    ]);
  });

  it.each(['', '# nothing but a comment', 'origins: {}'])('needs an origin: %j', (text) => {
    const [only, ...more] = problemsOf(text);
    expect(only).toMatchObject({ where: 'origins', fix: expect.stringContaining('at least one origin') });
    expect(more).toEqual([]);
  });

  it('is told as a whole when it is no mapping', () => {
    expect(problemsOf('just text')).toMatchObject([{ where: '', problem: 'must be a mapping, not text' }]);
  });

  it('reports all problems at once, in the order of the file, each with its place', () => {
    const text = VALID.replace('region: eu-west-101', 'region: EU')
      .replace('secret_key: env:HWC_SK', 'secret_key: hunter2')
      .replace('on: failures, ', '')
      .replace('env:CI_WEBHOOK_KEY', 'env:NOT_SET')
      .replace('check_every', 'check_evry');
    expect(problemsOf(text).map(({ line, column, where }) => [line, column, where])).toEqual([
      [6, 5, 'origins.hwc-ecs.region'],
      [9, 37, 'origins.hwc-ecs.auth.secret_key'],
      [22, 3, 'subscriptions.ops-failures'],
      [28, 20, 'subscriptions.ci.signing_keys[0]'],
      [34, 11, 'policy.check_evry'],
    ]);
  });

  it.each([
    ['first_look', 'first_check'],
    ['look_every', 'check_every'],
    ['look_every_unpaid', 'check_every_unpaid'],
    ['not_found_unwitnessed', 'not_found_unconfirmed'],
  ])('names the present name of a key that had another one: %s', (before, now) => {
    const text = VALID.replace(/^policy: .*$/m, `policy: { ${before}: 1m }`);
    expect(problemsOf(text)).toMatchObject([
      { where: `policy.${before}`, problem: `'${before}' is called '${now}' now`, fix: `Write '${now}'.` },
    ]);
    // Elsewhere it is a word as any other.
    const misplaced = VALID.replace(/^policy: .*$/m, `${before}: 1m`);
    expect(problemsOf(misplaced)[0]!.problem).toBe(`unknown key '${before}'`);
  });

  const ALL_OF_ONE: [what: string, from: string, to: string, told: [where: string, problem: string][]][] = [
    [
      'a misspelt channel key and what its word stands for',
      'channel: webhook\n    target: https://ci.example.com',
      'chanel: webhook\n    target: https://10.0.0.6',
      [
        ['subscriptions.ci.chanel', "unknown key 'chanel': did you mean 'channel'?"],
        ['subscriptions.ci.target', 'is on a private address'],
      ],
    ],
    [
      'a misspelt channel and another misspelt key',
      'channel: webhook\n    target',
      'channel: webhok\n    tarjet',
      [
        ['subscriptions.ci.channel', `must be one of ${NAMES}: did you mean 'webhook'?`],
        ['subscriptions.ci.tarjet', "unknown key 'tarjet': did you mean 'target'?"],
      ],
    ],
    [
      'no channel at all, what any would refuse, and nothing of what one of two would take',
      'on: failures, channel: slack, target: env:SLACK_OPS_URL',
      'on: failure, colour: red, target: https://10.0.0.6/',
      [
        ['subscriptions.ops-failures.channel', 'is missing'],
        ['subscriptions.ops-failures.colour', "unknown key 'colour'"],
        [
          'subscriptions.ops-failures.on',
          "must be one of failures, endings, everything: did you mean 'failures'?",
        ],
      ],
    ],
    [
      'a bad name and what is below it',
      'ci:\n    pattern: { detail-type: [job.failed] }\n    channel',
      'Hook:\n    on: endigs\n    chanel',
      [
        ['subscriptions.Hook', 'is not a usable name'],
        ['subscriptions.Hook.chanel', "unknown key 'chanel': did you mean 'channel'?"],
        ['subscriptions.Hook.on', "must be one of failures, endings, everything: did you mean 'endings'?"],
      ],
    ],
  ];
  it('tells apart what is missing twice in one place', () => {
    const text = changed('  host: smtp.example.com\n', '').replace(/  from: .*\n/, '');
    expect(problemsOf(text).map(({ where }) => where)).toEqual(['mail.host', 'mail.from']);
  });

  it.each(ALL_OF_ONE)('tells at once of one subscription %s', (_what, from, to, told) => {
    const problems = problemsOf(changed(from, to)).map(({ where, problem }) => [where, problem]);
    expect(problems.toSorted()).toEqual(told);
  });

  it('tells once what an anchor is used for twice', () => {
    const text = changed(
      `auth: ${AUTH}`,
      `auth: &keys ${AUTH.replace('env:HWC_SK', 'env:NOT_SET')}
  again:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    project: '0123456789abcdef0123456789abcdef'
    auth: *keys`,
    );
    expect(problemsOf(text).map(({ where }) => where)).toEqual(['origins.hwc-ecs.auth.secret_key']);
  });

  it('is rendered as one line for the problem and one for the fix', () => {
    const text = changed('region: eu-de', 'region: EU').replace('log_level: debug', 'log_level: loud');
    expect(renderProblems(problemsOf(text), 'jobchime.yaml')).toBe(
      [
        'jobchime.yaml:13:5: origins.otc-elb.region: is not a region',
        '    Write the region, for example eu-de.',
        'jobchime.yaml:36:1: log_level: must be one of debug, info, warn, error',
        '    Write one of debug, info, warn, error.',
      ].join('\n'),
    );
  });

  it('is rendered without a name where the file itself is meant', () => {
    const [first] = renderProblems(problemsOf('a: 1\na: 2'), 'jobchime.yaml').split('\n');
    expect(first).toBe('jobchime.yaml:2:1: this key stands here a second time');
  });
});
