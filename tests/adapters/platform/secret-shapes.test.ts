import { createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideByRules, hideShapes, namesSecret } from '../../../lib/adapters/platform/secret-shapes.ts';

const TOKEN = `MII${randomBytes(600).toString('base64')}`;
const SHORT = 'tok3n-of-x';
const AK = 'QTWAOYTTINDUT2QVKYUC';
const SIGNATURE = createHmac('sha256', 'x').update('y').digest('hex');
const LOGIN = `SDK-HMAC-SHA256 Access=${AK}, SignedHeaders=host;x-sdk-date, Signature=${SIGNATURE}`;

describe('secrets of others', () => {
  it.each([
    ['X-Auth-Token', `request with X-Auth-Token: ${TOKEN} was refused`, TOKEN],
    ['a short one', `request with X-Auth-Token: ${SHORT} was refused`, SHORT],
    ['in small letters', `x-auth-token:${SHORT}`, SHORT],
    ['an equals sign', `{X-Auth-Token=${SHORT}, Accept=*/*}`, SHORT],
    ['a list of values', `{X-Auth-Token=[${SHORT}], Accept=[*/*]}`, SHORT],
    ['JSON', JSON.stringify({ headers: { 'X-Auth-Token': SHORT } }), SHORT],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ 'X-Auth-Token': SHORT })), SHORT],
    [
      'JSON in JSON in JSON',
      JSON.stringify(JSON.stringify(JSON.stringify({ 'X-Auth-Token': SHORT }))),
      SHORT,
    ],
    ['raw headers', JSON.stringify(['X-Auth-Token', SHORT]), SHORT],
    ['Python', `{'X-Auth-Token': '${SHORT}'}`, SHORT],
    ['XML', `<x-auth-token>${SHORT}</x-auth-token>`, SHORT],
    ['a URL', `?x-auth-token%3D${SHORT}&a=b`, SHORT],
    ['nothing between', `X-Auth-Token ${SHORT} is wrong`, SHORT],
    ['X-Security-Token', `X-Security-Token: ${SHORT}`, SHORT],
    ['X-Subject-Token', `X-Subject-Token: ${SHORT}`, SHORT],
    ['Authorization with keys', `Authorization: ${LOGIN}`, AK],
    ['its signature', `Authorization: ${LOGIN}`, SIGNATURE],
    ['in JSON', JSON.stringify({ authorization: LOGIN }), AK],
    ['its signature in JSON', JSON.stringify({ authorization: LOGIN }), SIGNATURE],
    ['Basic', 'Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['Bearer', 'authorization=Bearer abc.def', 'abc.def'],
    ['no scheme', 'Authorization: opensesame', 'opensesame'],
    ['Bearer alone', 'sent Bearer abcdef-ghijkl-mnopqr as it was', 'abcdef-ghijkl-mnopqr'],
    ['Access= alone', `unknown key Access=${AK}`, AK],
    ['password', 'user ops, password: opensesame', 'opensesame'],
    ['password=', 'jdbc:mysql://x?user=a&password=opensesame&ssl=1', 'opensesame'],
    ['a password with spaces', '"password": "open sesame 1"', 'sesame'],
    ['a password with signs', 'password=Op3n!$sesame', 'sesame'],
    ['a password without a sign between', 'password hunter2 is too short', 'hunter2'],
    ['a password told in a sentence', 'the password was Hunter2!', 'Hunter2'],
    ['adminPass', '{"server":{"adminPass":"opensesame"}}', 'opensesame'],
    ['root_password', 'root_password=opensesame', 'opensesame'],
    ['a secret key', 'secret_key: opensesame', 'opensesame'],
    ['SecretAccessKey', '"SecretAccessKey":"opensesame"', 'opensesame'],
    ['a signature of a webhook', `webhook-signature: v1,${randomBytes(32).toString('base64')}`, 'v1,'],
    ['a token alone', `cannot parse ${TOKEN}`, TOKEN.slice(0, 40)],
    ['a JSON Web Token', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJzdWIi'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----', 'abc'],
    ['a private key that is cut', '-----BEGIN PRIVATE KEY-----\nMIIEow\nabc', 'abc'],
    ['64 hexadecimal digits', `is ${SIGNATURE}?`, SIGNATURE],
    ['a hook of Slack', 'POST https://hooks.slack.com/services/T00000000/B00000000/abcdefgh', 'B00000000'],
    ['a workflow of Teams', 'POST https://x.powerplatform.com:443/invoke?sv=1.0&sig=aBc-12_xYz9', 'aBc-12'],
    ['a bot of WeCom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4', '693a91f6'],
    ['a bot of Feishu', 'https://open.feishu.cn/open-apis/bot/v2/hook/8c1f-aaaa-bbbb', '8c1f-aaaa'],
    ['a bot of DingTalk', 'https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec33', '566cc69da'],
    ['an arrow', 'password => opensesame', 'opensesame'],
    ['an arrow in quotes', `:password=>"opensesame"`, 'opensesame'],
    ['a thin arrow', 'password -> opensesame', 'opensesame'],
    ['an assignment', 'password := opensesame', 'opensesame'],
    ['a dash', 'password - hunter2', 'hunter2'],
    ['what it was set to', 'password set to hunter2', 'hunter2'],
    ['Chinese', '密码：opensesame', 'opensesame'],
    ['Chinese in a sentence', '管理员密码为opensesame', 'opensesame'],
    ['German', 'Passwort: opensesame', 'opensesame'],
    ['the login of a URL', 'cannot clone https://ops:opensesame@git.example/x', 'opensesame'],
    ['the login of a URL without a user', 'redis://:opensesame@10.0.0.1:6379/0', 'opensesame'],
    ['a hook of Discord', 'POST https://discord.com/api/webhooks/123456/abcdefgh', 'abcdefgh'],
    ['a token of GitLab', 'clone with glpat-ABCdef123456ghiJKLmn failed', 'ABCdef'],
    ['a full-width equals sign', 'password＝opensesame', 'opensesame'],
    ['a full-width colon', `密码 password：opensesame`, 'opensesame'],
  ])('are hidden: %s', (_what, text, secret) => {
    const hidden = hideShapes(text);
    expect(hidden).not.toContain(secret);
    expect(hidden).toContain('[redacted]');
    expect(hideShapes(hidden)).toBe(hidden);
  });

  it('are hidden where they stand alone, in whatever base', () => {
    for (let n = 0; n < 500; n += 1) {
      for (const base of ['base64', 'base64url'] as const) {
        const bytes = createHash('shake256', { outputLength: 45 + n })
          .update(`${n}`)
          .digest();
        expect(hideShapes(`it was ${bytes.toString(base)}, as sent`)).toBe('it was [redacted], as sent');
      }
    }
  });

  it('take nothing along of the sentence around them', () => {
    expect(hideShapes(`Ecs.0005: request with X-Auth-Token: ${TOKEN} for server web-7 was refused.`)).toBe(
      'Ecs.0005: request with X-Auth-Token: [redacted] for server web-7 was refused.',
    );
    expect(hideShapes(`APIGW.0301: "Authorization":"${LOGIN}","Host":"ecs.example"`)).toBe(
      'APIGW.0301: "Authorization":"[redacted]","Host":"ecs.example"',
    );
  });
});

describe('what is no secret', () => {
  it.each([
    'Ecs.0204: Quota exceeded for cores: Requested 8, but already used 24 of 24 cores',
    'job ff8080825ecc523f015ecd0a98f82f77 of project 0123456789abcdef0123456789abcdef',
    'server 5f3e9d3c-5c1e-4b0e-8f0a-6a2d1c3b4e5f, request req-5f3e9d3c-5c1e-4b0e-8f0a-6a2d1c3b4e5f',
    '5F3E9D3C-5C1E-4B0E-8F0A-6A2D1C3B4E5F',
    'instance ed7cc6166ec24360a5ed5c5c9c2ed726in03 of RDS, node 2e7d9f8c0a1b4c3d9e8f7a6b5c4d3e2fno03',
    'evt_0123456789abcdef0123456789abcdef and dlv_fedcba9876543210fedcba9876543210',
    'hwc-ecs/0123456789abcdef0123456789abcdef/ff8080825ecc523f015ecd0a98f82f77',
    'GET /v1/0123456789abcdef0123456789abcdef/cloudservers/5f3e9d3c-5c1e-4b0e-8f0a-6a2d1c3b4e5f/os-volume_attachments',
    'https://support.huaweicloud.com/intl/en-us/api-ecs/ErrorCode.html#section2',
    'com.huawei.ecs.task.executor.CreateServerTaskExecutorServiceImpl: status is 404',
    'CreateServerTask-fail:get_server_details_by_volume_attachment_id failed',
    'createSingleServerOnDedicatedHostWithVolumeAttachment2 failed',
    'image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 is gone',
    'commit 356a192b7913b04c54574d18c28d46e6395428ab',
    'subnet 192.168.0.0/24, 2001:db8::1, ecs-0001.eu-west-101.myhuaweicloud.com',
    '2026-03-01T12:00:00.123456Z, 1772366400000000000000000000',
    'The password does not meet the complexity requirements.',
    'Incorrect password. The password must have 8 to 26 characters.',
    'Password: must have 8 to 26 characters',
    'password is required; Password policy: at least 8 characters',
    'adminPass: invalid length',
    'Incorrect IAM authentication information: x-auth-token not found',
    'X-Auth-Token is expired. Invalid X-Auth-Token. The token must be updated.',
    'The X-Auth-Token header is missing',
    'Authorization failed: no permission for ecs:cloudServers:create',
    'Authorization: incorrect IAM authentication information: decrypt token fail',
    "Policy doesn't allow ecs:cloudServers:create to be performed.",
    'The token is for project 0123456789abcdef0123456789abcdef',
    'access denied: the account is in arrears',
    'policy user over ratelimit,limit:60,time:1 minute',
    'secret is not found; cookies are not used',
    '密码不能为空，请联系管理员',
    '密码是必填项，长度为8到26个字符',
    'see https://host:8443/a@b and ssh://ops@host:22',
    `padded ${'x'.repeat(300)}`,
    '',
  ])('stays as it is: %s', (text) => expect(hideShapes(text)).toBe(text));

  it('stays as it is, for any id', () => {
    for (let n = 0; n < 500; n += 1) {
      const hex = randomBytes(16).toString('hex');
      const uuid = hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      for (const id of [hex, uuid, hex.toUpperCase(), `${hex}in03`, `${hex.slice(8)}x`, `vol-${uuid}`]) {
        expect(hideShapes(`of ${id}: failed`)).toBe(`of ${id}: failed`);
      }
    }
  });
});

it('takes no time that grows faster than the text', () => {
  // Each would take minutes if anything were tried again from every place.
  for (const piece of [
    'a://',
    'a://:',
    'password ',
    'a',
    '"',
    'x-auth-token:',
    '=',
    'Authorization: a=',
    '\\"',
    'A-',
    ' ',
    '-----BEGIN ',
  ]) {
    const text = piece.repeat(Math.ceil(300_000 / piece.length));
    expect(hideShapes(text).length).toBeGreaterThan(0);
  }
}, 20_000);

it('passes over the rules only where none of them would change anything', () => {
  const beginnings = [
    'MII',
    'gAAAA',
    'whsec_',
    'jct_',
    'xoxb-',
    'ghp_',
    'glpat-',
    'AKIA',
    'eyJ',
    'ak',
    'Basic',
  ];
  const alphabets = ['0123456789abcdef-', 'abcXYZ019_', '0123456789-T:.Z'];
  const text = fc
    .tuple(
      fc.constantFrom('', ...beginnings),
      fc
        .constantFrom(...alphabets)
        .chain((all) => fc.string({ unit: fc.constantFrom(...all), maxLength: 70 })),
    )
    .map((pieces) => pieces.join(''));
  const time = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  fc.assert(
    fc.property(fc.oneof(text, time), (one) => {
      expect(hideShapes(one)).toBe(hideByRules(one));
    }),
    { numRuns: 3_000 },
  );
});

it('knows names under which secrets stand', () => {
  for (const name of [
    'password',
    'adminPass',
    'X-Auth-Token',
    'secret_key',
    'authorization',
    'securitytoken',
    'access_key',
  ])
    expect([name, namesSecret(name)]).toEqual([name, true]);
  for (const name of ['server_id', 'name', 'key_name', 'tokens_left', 'password_policy', 'status', 'author'])
    expect([name, namesSecret(name)]).toEqual([name, false]);
});
