import { describe, expect, it } from 'vitest';
import { createEmail } from '../../../lib/adapters/channels/email/sender.ts';
import { createSesClient, sesTransport } from '../../../lib/adapters/channels/email/ses.ts';
import { newTarget } from '../../../lib/core/notify/target.ts';
import { CREDENTIALS, fail, REGION, serveAws, type Operations } from '../../wire/aws/stand-in.ts';
import { events } from '../../core/jobs/events.ts';
import { START } from '../../kit.ts';

const LINK = 'https://jobchime.example.com/v1/unsubscribe/v1.secret-of-the-recipient';

type Sent = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

async function setUp(
  answer: Operations[string] = () => ({ MessageId: '0100' }),
  requestTimeout = 5_000,
  from = 'Jobchime <jobchime@example.com>',
) {
  const sent: Sent[] = [];
  const { config } = await serveAws({
    'outbound-emails'(input, res) {
      sent.push(input);
      return answer(input, res);
    },
  });
  const requestHandler = { requestTimeout, throwOnRequestTimeout: true };
  const transport = sesTransport(createSesClient({ ...config, requestHandler }));
  const channel = createEmail({ transport, from }, () => LINK);
  const target = newTarget('email', () => 'ops@example.com');
  const send = (signal?: AbortSignal) =>
    channel.send({
      deliveryId: 'dlv_1',
      event: events['job.failed'],
      subscription: 'team',
      target,
      at: START,
      ...(signal && { signal }),
    });
  return { sent, send };
}

describe('mail by SES', () => {
  it('says what mail by SMTP says, to one address, in the thread of its job', async () => {
    const { sent, send } = await setUp();
    expect(await send()).toEqual({ kind: 'sent', detail: 'SES 0100' });
    const [mail] = sent as [Sent];
    expect(mail['FromEmailAddress']).toBe('Jobchime <jobchime@example.com>');
    expect(mail['Destination']).toEqual({ ToAddresses: ['ops@example.com'] });
    const { Subject, Body, Headers } = mail['Content'].Simple;
    expect(Subject.Data).toMatch(/^❌ .* failed: /);
    expect(Body.Text.Data).toContain('quota exceeded');
    expect(Body.Html.Data).toContain('quota exceeded');
    const headers = new Map(Headers.map((one: Sent) => [one['Name'], one['Value']]));
    expect(headers.get('References')).toMatch(/^<[0-9a-f]+@example\.com>$/);
    expect(headers.get('In-Reply-To')).toBe(headers.get('References'));
    expect(headers.get('Auto-Submitted')).toBe('auto-generated');
    expect(headers.get('List-Unsubscribe')).toBe(`<${LINK}>`);
    expect(headers.get('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    // By which what it says of the mail later is told to belong to this delivery.
    expect(mail['EmailTags']).toEqual([
      { Name: 'jobchime-event', Value: events['job.failed'].metadata.id },
      { Name: 'jobchime-delivery', Value: 'dlv_1' },
    ]);
    for (const { Name, Value } of mail['EmailTags'] as { Name: string; Value: string }[])
      expect(Name + Value).toMatch(/^[\w-]+$/);
    // SES writes these itself and refuses them from others.
    expect([...headers.keys()]).not.toContain('Message-ID');
    expect([...headers.keys()]).not.toContain('Date');
  });

  it('is uncertain where we end it', async () => {
    const ending = new AbortController();
    const { send } = await setUp(() => ending.abort());
    expect(await send(ending.signal)).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  const answers: [what: string, answer: Operations[string], receipt: object][] = [
    [
      'is asked too fast',
      (_, res) => fail(res, 429, 'TooManyRequestsException'),
      { kind: 'retry', reason: 'rate_limited' },
    ],
    [
      'has had enough for a day',
      (_, res) => fail(res, 400, 'LimitExceededException'),
      { kind: 'retry', reason: 'rate_limited' },
    ],
    [
      'paused the account',
      (_, res) => fail(res, 400, 'SendingPausedException'),
      { kind: 'retry', reason: 'client_error' },
    ],
    [
      'does not know the sender',
      (_, res) => fail(res, 400, 'MailFromDomainNotVerifiedException'),
      { kind: 'retry', reason: 'auth_error' },
    ],
    [
      'is in its sandbox',
      (_, res) => fail(res, 400, 'MessageRejected', 'Email address is not verified.'),
      { kind: 'retry', reason: 'auth_error' },
    ],
    [
      'does not like the mail',
      (_, res) => fail(res, 400, 'MessageRejected', 'virus'),
      { kind: 'never', reason: 'rejected', disable: false },
    ],
    [
      'cannot read the request',
      (_, res) => fail(res, 400, 'BadRequestException'),
      { kind: 'never', reason: 'rejected', disable: false },
    ],
    [
      'does not allow it',
      (_, res) => fail(res, 403, 'AccessDeniedException'),
      { kind: 'retry', reason: 'auth_error' },
    ],
    ['fails', (_, res) => fail(res, 500, 'InternalFailure'), { kind: 'retry', reason: 'server_error' }],
    ['breaks the connection', (_, res) => void res.destroy(), { kind: 'retry', reason: 'uncertain' }],
    ['says nothing', () => undefined, { kind: 'retry', reason: 'uncertain' }],
  ];
  it.each(answers)('knows what follows when SES %s, and asks once', async (what, answer, receipt) => {
    const { sent, send } = await setUp(answer, what === 'says nothing' ? 150 : undefined);
    expect(await send()).toMatchObject(receipt);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['jc@example.com', 'jc@example.com'],
    ['Jobchime: prod <jc@example.com>', '"Jobchime: prod" <jc@example.com>'],
    ['Jobchime "prod" \\ <jc@example.com>', String.raw`"Jobchime \"prod\" \\" <jc@example.com>`],
    ['Größe <jc@example.com>', '=?UTF-8?B?R3LDtsOfZQ==?= <jc@example.com>'],
  ])('is from %s as a header has it', async (from, written) => {
    const { sent, send } = await setUp(undefined, undefined, from);
    await send();
    expect(sent[0]!['FromEmailAddress']).toBe(written);
  });

  it('splits a long name between characters', async () => {
    const { sent, send } = await setUp(undefined, undefined, `${'№'.repeat(40)} <jc@example.com>`);
    await send();
    const words = String(sent[0]!['FromEmailAddress']).split(' ').slice(0, -1);
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
    const read = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString()).join('');
    expect(read).toBe('№'.repeat(40));
  });

  const accepted: [what: string, answer: Operations[string]][] = [
    ['is no JSON', (_, res) => void res.writeHead(200).end('<html>fine</html>')],
    // Without the last header the connection would wait for the rest.
    [
      'is cut short',
      (_, res) => void res.writeHead(200, { 'content-length': 40, connection: 'close' }).end('{"Mess'),
    ],
    ['breaks off', (_, res) => void res.writeHead(200).write('{"Mess', () => res.destroy())],
    ['is empty', (_, res) => void res.writeHead(200).end()],
  ];
  it.each(accepted)('takes a 200 of SES for taken, although its body %s', async (_what, answer) => {
    const { send } = await setUp(answer, 300);
    expect(await send()).toMatchObject({ kind: 'sent' });
  });

  it('gives no link away that SES repeats', async () => {
    const { send } = await setUp((_, res) => fail(res, 400, 'MessageRejected', `no ${LINK}`));
    expect((await send()).detail).toBe('MessageRejected: no [redacted]');
  });

  it('knows that nothing was sent when SES cannot be reached', async () => {
    const transport = sesTransport(
      createSesClient({ endpoint: 'http://127.0.0.1:1', region: REGION, credentials: CREDENTIALS }),
    );
    const channel = createEmail({ transport, from: 'jobchime@example.com' });
    const target = newTarget('email', () => 'ops@example.com');
    const message = {
      deliveryId: 'dlv_1',
      event: events['job.failed'],
      subscription: 'team',
      target,
      at: START,
    };
    expect(await channel.send(message)).toMatchObject({ kind: 'retry', reason: 'unreachable' });
  });
});
