import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmail, type Mail } from '../../../lib/adapters/channels/email/sender.ts';
import {
  ACCEPT_MS,
  DEADLINE_MS,
  smtpTransport,
  type SmtpOptions,
} from '../../../lib/adapters/channels/email/smtp.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import type { Reader } from '../../../lib/core/notify/reader.ts';
import { anyReader, hostileEvent } from '../../core/notify/hostile.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { AT, DELIVERY, messageTo, targetOf } from './kit.ts';
import { mailbox, refusal, scriptedServer, type Delivered } from './mailbox.ts';

const FROM = 'Jobchime <jobchime@example.com>';
const OPS = targetOf('ops@example.org');

const emailTo = (
  port: number,
  over: Partial<SmtpOptions> = {},
  linkFor?: Parameters<typeof createEmail>[1],
) =>
  createEmail(
    {
      transport: smtpTransport({ host: '127.0.0.1', port, secure: false, ...over }),
      from: FROM,
    },
    linkFor,
  );

async function deliver(event: Event = SAMPLES['job.failed']!, deliveryId = DELIVERY): Promise<Delivered> {
  const { port, delivered } = await mailbox();
  const receipt = await emailTo(port).send({ ...messageTo(OPS, event), deliveryId });
  expect(receipt).toMatchObject({ kind: 'sent' });
  return delivered[0]!;
}

/** What the channel hands to the transport. */
async function mailOf(event: Event, reader?: Reader): Promise<Mail> {
  const mails: Mail[] = [];
  const transport = {
    send: async (mail: Mail) => {
      mails.push(mail);
      return { kind: 'sent', detail: '' } as const;
    },
  };
  await createEmail({ transport, from: FROM }).send(messageTo({ ...OPS, ...(reader && { reader }) }, event));
  return mails[0]!;
}

describe('a mail', () => {
  it('says the same as text and as HTML, from us to one address', async () => {
    const { from, to, mail } = await deliver();
    expect({ from, to }).toEqual({ from: 'jobchime@example.com', to: ['ops@example.org'] });
    expect(mail.subject).toBe(
      '❌ web-7: creating the server failed: no room for this flavor in eu-de-03 (Ecs.0219)',
    );
    expect(mail.date).toEqual(new Date(AT));
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('web-7: creating the server failed: no room for this flavor');
      expect(part).toContain('4 min, 7 sec');
      expect(part).toContain('Ecs.0219');
      expect(part).toContain(SAMPLES['job.failed']!.metadata.id);
    }
    expect(mail.text).toContain('left in eu-de-03 <az>');
    expect(mail.html).toContain('left in eu-de-03 &lt;az&gt;');
    expect(mail.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
  });

  it.each(Object.entries(SAMPLES))('%s has in its subject what a phone shows', async (_, event) => {
    expect((await mailOf(event)).subject).toMatch(/^(✅|⚠️|❌|ℹ️) \S/u);
  });

  it('asks no machine to answer', async () => {
    const { mail } = await deliver();
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('has an id that is the same at every attempt and another for each delivery', async () => {
    const first = await deliver();
    const again = await deliver();
    const other = await deliver(SAMPLES['job.failed'], `dlv_${'b'.repeat(32)}`);
    expect(first.mail.messageId).toBe(`<${DELIVERY}@example.com>`);
    expect(again.mail.messageId).toBe(first.mail.messageId);
    expect(other.mail.messageId).not.toBe(first.mail.messageId);
  });

  it('stands in one thread with the other mails about its job', async () => {
    const [overdue, failed, elsewhere] = await Promise.all(
      ['job.overdue', 'job.failed', 'origin.unreachable'].map((name) => deliver(SAMPLES[name])),
    );
    expect(overdue!.mail.inReplyTo).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
    expect(overdue!.mail.references).toBe(overdue!.mail.inReplyTo);
    expect(failed!.mail.references).toBe(overdue!.mail.references);
    expect(elsewhere!.mail.references).not.toBe(failed!.mail.references);
  });

  it('lets nothing in a name add a header, a part or a recipient', async () => {
    const event = structuredClone(SAMPLES['job.failed']!);
    if (event.kind !== 'job.failed') throw new Error('not the sample');
    event.data.job.name =
      'web-7\r\nBcc: victim@example.net\r\n\r\n--evil\r\nContent-Type: text/html\r\n\r\n<b>';
    event.data.job.region = 'eu-de\nX-Evil: 1';
    const { to, mail } = await deliver(event);
    expect(to).toEqual(['ops@example.org']);
    expect([...mail.headers.keys()].toSorted()).toEqual(
      [...(await deliver()).mail.headers.keys()].toSorted(),
    );
    expect(mail.subject).toContain('web-7 Bcc: victim@example.net');
    expect(mail.attachments).toEqual([]);
  });

  it.each([
    'a@example.org, b@example.org',
    'a@example.org>\r\nRCPT TO:<b@example.org',
    'a <b@example.org>',
    '',
  ])('takes "%s" for one address, and a bad one', async (address) => {
    const { port, delivered } = await mailbox();
    const receipt = await emailTo(port).send(messageTo(targetOf(address)));
    expect(receipt).toMatchObject({ kind: 'never', reason: 'rejected', disable: false });
    expect(delivered).toEqual([]);
  });

  it('has only our own tags in its HTML, whatever the cloud and the users write', async () => {
    const tag =
      /<(?!!doctype html>|\/?(?:html|head|title|body|div|h1|p|b|code|table|tr|th|td|ul|li|meta)(?: [a-z-]+="[^"<>]*")*>|a href="https:\/\/[^"<>\s]*">|\/a>)/;
    await fc.assert(
      fc.asyncProperty(hostileEvent, anyReader, async (event, reader) => {
        const { html, subject, messageId, references } = await mailOf(event, reader);
        expect(html).not.toMatch(tag);
        expect(html).not.toMatch(/&(?!(?:amp|lt|gt);)/);
        for (const header of [subject, messageId, ...references]) expect(header).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('arrives as it was written, whatever the cloud and the users write', async () => {
    const { port, delivered } = await mailbox();
    const email = emailTo(port);
    await fc.assert(
      fc.asyncProperty(hostileEvent, anyReader, async (event, reader) => {
        await email.send(messageTo({ ...OPS, reader }, event));
        const written = await mailOf(event, reader);
        const arrived = delivered.pop()!.mail;
        expect(arrived.subject).toBe(written.subject);
        expect(arrived.text?.trimEnd()).toBe(written.text.trimEnd());
        expect(arrived.to).toMatchObject({ text: 'ops@example.org' });
      }),
      { numRuns: 25 },
    );
  });

  /** From of a mail as a mail program reads it, and as the wire has it. */
  async function fromOf(from: string) {
    const { port, delivered } = await mailbox();
    const transport = smtpTransport({ host: '127.0.0.1', port, secure: false });
    expect(await createEmail({ transport, from }).send(messageTo(OPS))).toMatchObject({ kind: 'sent' });
    const { raw, mail, from: envelope } = delivered[0]!;
    const [, header] = /^From: ((?:.*\r\n[ \t])*.*)/m.exec(raw) ?? [];
    return { header, read: mail.from?.value, envelope };
  }

  it.each([
    ['Jobchime: prod', 'Jobchime: prod'],
    ['Jobchime; prod', 'Jobchime; prod'],
    ['Jobchime (prod)', 'Jobchime (prod)'],
    ['Jobchime, prod', 'Jobchime, prod'],
    ['Jobchime @ prod', 'Jobchime @ prod'],
    ['Jobchime [prod]', 'Jobchime [prod]'],
    ['Jobchime <prod>', 'Jobchime <prod>'],
    ['Jobchime "prod"', 'Jobchime "prod"'],
    ['J. C.', 'J. C.'],
    ['Jobchime \\ prod', 'Jobchime \\ prod'],
    ['"Jobchime: prod"', 'Jobchime: prod'],
    ['"Jobchime \\"prod\\""', 'Jobchime "prod"'],
    ['Größe, №7', 'Größe, №7'],
    ['  Jobchime  ', 'Jobchime'],
  ])('is from %s as it was written', async (name, shown) => {
    const { header, read, envelope } = await fromOf(`${name} <jc@example.com>`);
    expect({ header, read }).toMatchObject({ read: [{ name: shown, address: 'jc@example.com' }] });
    expect(envelope).toBe('jc@example.com');
  });

  it('puts a name with the syntax of addresses into quotes', async () => {
    expect((await fromOf('Jobchime: prod <jc@example.com>')).header).toBe(
      '"Jobchime: prod" <jc@example.com>',
    );
    expect((await fromOf('<jc@example.com>')).header).toBe('jc@example.com');
  });

  it('needs a sender with an address', () => {
    const transport = smtpTransport({ host: '127.0.0.1', port: 1, secure: false });
    expect(() => createEmail({ transport, from: 'Jobchime' })).toThrow('name@domain');
  });
});

describe('unsubscribing', () => {
  const TOKEN = `v1.${'Ab-_9'.repeat(40)}`;
  const LINK = `https://jobchime.example.com/base/v1/unsubscribe/${TOKEN}`;
  const asked: object[] = [];
  const linkFor = (unsubscribeRequest: object): string => {
    asked.push(unsubscribeRequest);
    return LINK;
  };

  it('is one click: both headers in one piece, and the link in the footer of both parts', async () => {
    const { port, delivered } = await mailbox();
    await emailTo(port, {}, linkFor).send(messageTo(OPS));
    const { raw, mail } = delivered[0]!;
    const head = raw
      .slice(0, raw.indexOf('\r\n\r\n'))
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n');
    expect(head).toContain(`List-Unsubscribe: <${LINK}>`);
    expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThan(998);
    expect(mail.text).toContain(`Unsubscribe: ${LINK}\n`);
    expect(mail.html).toContain(`<a href="${LINK}">Unsubscribe</a>`);
    expect(asked).toEqual([{ subscription: 'team', address: 'ops@example.org' }]);
  });

  it('is not spoken of where there is no link', async () => {
    expect((await deliver()).raw).not.toMatch(/unsubscribe/i);
  });

  it('cannot be done with a receipt, though the server repeats the link', async () => {
    const replies: Record<string, string>[] = [
      { END: `554 5.7.1 blocked for ${LINK}` },
      { END: `250 taken: ${TOKEN}` },
      { END: `451 ${'.'.repeat(180)}${LINK}` },
    ];
    for (const book of replies) {
      const { port } = await scriptedServer(book);
      const receipt = JSON.stringify(await emailTo(port, {}, linkFor).send(messageTo(OPS)));
      expect(receipt).toContain('[redacted]');
      expect(receipt).not.toContain(TOKEN.slice(0, 20));
    }
  });
});

describe("a mail server's answers", () => {
  it.each([
    ['greets with 554', { GREETING: '554 no service here' }, 'retry', 'client_error'],
    ['greets with 421', { GREETING: '421 too busy' }, 'retry', 'server_error'],
    ['hangs up at once', { GREETING: 'hang up' }, 'retry', 'unreachable'],
    ['talks nonsense', { GREETING: 'HTTP/1.1 400 Bad Request' }, 'retry', 'unreachable'],
    ['refuses our sender', { MAIL: '550 5.7.1 sender not allowed' }, 'retry', 'client_error'],
    ['wants us to log in', { MAIL: '530 5.7.0 authentication required' }, 'retry', 'auth_error'],
    ['is out of step', { MAIL: '503 bad sequence' }, 'retry', 'server_error'],
    ['says that there is no such mailbox', { RCPT: '550 5.1.1 no such user' }, 'never', 'gone'],
    ['says that the domain takes no mail', { RCPT: '556 5.1.10 null MX' }, 'never', 'gone'],
    ['says that the mailbox is disabled', { RCPT: '550-5.2.1 see\r\n550 5.2.1 below' }, 'never', 'gone'],
    ['dislikes where the mail comes from', { RCPT: '550 5.7.1 blocked' }, 'never', 'rejected'],
    ['does not know the recipient, or us', { RCPT: '550 no' }, 'never', 'rejected'],
    ['names a code that is longer', { RCPT: '550 5.1.11 what' }, 'never', 'rejected'],
    ['says so only of the whole mail', { END: '550 5.1.1 no such user' }, 'never', 'rejected'],
    ['wants the recipient later', { RCPT: '451 4.7.1 greylisted' }, 'retry', 'server_error'],
    ['has a full mailbox for now', { RCPT: '452 4.2.2 mailbox full' }, 'retry', 'server_error'],
    ['refuses to take data', { DATA: '554 no' }, 'never', 'rejected'],
    ['answers the recipient in HTTP', { RCPT: 'HTTP/1.1 400 Bad Request' }, 'retry', 'unreachable'],
    ['answers the sender with a banner', { MAIL: '<html>' }, 'retry', 'unreachable'],
    ['answers data with a code that is none', { DATA: '5500 no' }, 'retry', 'unreachable'],
    ['answers the mail with a code that is none', { END: '5500 no' }, 'retry', 'uncertain'],
    ['answers the mail in HTTP', { END: 'HTTP/1.1 502 Bad Gateway' }, 'retry', 'uncertain'],
    ['dislikes the mail', { END: '554 5.7.1 looks like spam' }, 'never', 'rejected'],
    ['cannot store it now', { END: '452 4.3.1 disk full' }, 'retry', 'server_error'],
    ['hangs up before the mail', { DATA: 'hang up' }, 'retry', 'unreachable'],
    ['hangs up after the mail', { END: 'hang up' }, 'retry', 'uncertain'],
  ])('one that %s', async (_, book, kind, reason) => {
    const { port } = await scriptedServer(book);
    const receipt = await emailTo(port).send(messageTo(OPS));
    expect(receipt).toMatchObject({ kind, reason, ...(kind === 'never' && { disable: reason === 'gone' }) });
  });

  it.each([
    ['GREETING', 'timeout'],
    ['EHLO', 'timeout'],
    ['RCPT', 'timeout'],
    ['DATA', 'timeout'],
    ['END', 'uncertain'],
  ])('one that falls silent at %s has to the deadline: %s', async (verb, reason) => {
    const { port, seen } = await scriptedServer({ [verb]: null });
    const receipt = await emailTo(port, { deadlineMs: 150, acceptMs: 150 }).send(messageTo(OPS));
    expect(receipt).toMatchObject({ kind: 'retry', reason, hung: true });
    if (verb !== 'GREETING') expect(seen.at(-1)).toBe(verb);
  });

  it('has ten minutes for the mail itself, and its claim lasts as long', async () => {
    const { port } = await mailbox({
      onData(stream, _session, done) {
        stream.resume().on('end', () => setTimeout(done, 400));
      },
    });
    // The deadline for all that comes before is over long since.
    expect(await emailTo(port, { deadlineMs: 200 }).send(messageTo(OPS))).toMatchObject({ kind: 'sent' });
    expect(ACCEPT_MS).toBe(10 * 60_000);
    expect(CHANNELS.email.claimMs).toBeGreaterThan(DEADLINE_MS + ACCEPT_MS);
  });

  it('that thinks for too long at the end is hung up on, and nobody knows what became of the mail', async () => {
    const { port } = await scriptedServer({ END: null });
    const cut = new AbortController();
    const sending = emailTo(port, { cut: cut.signal }).send(messageTo(OPS));
    setTimeout(() => cut.abort(), 150);
    expect(await sending).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  it('says when nobody can know whether the mail was taken', async () => {
    const { port } = await scriptedServer({ END: 'hang up' });
    const receipt = await emailTo(port).send(messageTo(OPS));
    expect(receipt.detail).toContain('handed over, but the server did not say whether it took it');
  });

  it('is unreachable when nobody listens', async () => {
    expect(await emailTo(1).send(messageTo(OPS))).toMatchObject({ kind: 'retry', reason: 'unreachable' });
  });

  it('takes a greylisted mail the second time, and it is the same mail', async () => {
    const ids: string[] = [];
    const { port, delivered } = await mailbox({
      onRcptTo({ address }, _session, done) {
        ids.push(address);
        done(ids.length === 1 ? refusal(451, 'come back later') : null);
      },
    });
    const email = emailTo(port);
    expect(await email.send(messageTo(OPS))).toMatchObject({ kind: 'retry', reason: 'server_error' });
    expect(await email.send(messageTo(OPS))).toMatchObject({ kind: 'sent' });
    expect(delivered.map(({ mail }) => mail.messageId)).toEqual([`<${DELIVERY}@example.com>`]);
  });
});

describe('logging in', () => {
  const PASSWORD = 'hunter2-correct-horse';
  const credentials = { user: 'jobchime', password: () => PASSWORD, requireTls: false };
  const guarded = () =>
    mailbox({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth(auth, _session, done) {
        if (auth.password === PASSWORD) return done(null, { user: auth.username });
        return done(refusal(535, `no: ${auth.username} ${auth.password}`));
      },
    });

  it('works with user and password', async () => {
    const { port, delivered } = await guarded();
    expect(await emailTo(port, credentials).send(messageTo(OPS))).toMatchObject({ kind: 'sent' });
    expect(delivered).toHaveLength(1);
  });

  it.each([
    ['535 5.7.8 wrong', 'auth_error'],
    ['554 5.7.8 locked', 'auth_error'],
    ['454 4.7.0 ask again later', 'server_error'],
  ])('that ends with %s is tried again as %s', async (reply, reason) => {
    const { port } = await scriptedServer({ EHLO: '250-mx\r\n250 AUTH PLAIN', AUTH: reply });
    const receipt = await emailTo(port, credentials).send(messageTo(OPS));
    expect(receipt).toMatchObject({ kind: 'retry', reason });
  });

  it('never gives the password away, though the server repeats it in every form', async () => {
    const forms = [
      PASSWORD,
      Buffer.from(PASSWORD).toString('base64'),
      Buffer.from(`\u0000jobchime\u0000${PASSWORD}`).toString('base64'),
    ];
    const echo = `no ${forms.join(' ')}`;
    const ehlo = '250-mx\r\n250 AUTH PLAIN LOGIN';
    const books = [
      { EHLO: ehlo, AUTH: `535 ${echo}` },
      { EHLO: ehlo, AUTH: '235 in', MAIL: `550 ${echo}` },
      { EHLO: ehlo, AUTH: '235 in', RCPT: `451 ${echo}` },
      { EHLO: ehlo, AUTH: '235 in', END: `554 ${echo}` },
      { EHLO: ehlo, AUTH: '235 in', END: `250 ${echo}` },
    ];
    for (const book of books) {
      const { port } = await scriptedServer(book);
      const receipt = JSON.stringify(await emailTo(port, credentials).send(messageTo(OPS)));
      expect(receipt).toContain('[redacted]');
      expect(forms.filter((form) => receipt.includes(form))).toEqual([]);
    }
  });

  it('does not send a password over a connection without TLS unless told to', async () => {
    const { port, seen } = await scriptedServer({
      EHLO: '250-mx\r\n250 AUTH PLAIN LOGIN',
      STARTTLS: '502 no',
    });
    const { requireTls: _, ...careful } = credentials;
    const receipt = await emailTo(port, careful).send(messageTo(OPS));
    expect(receipt).toMatchObject({ kind: 'retry' });
    expect(seen).not.toContain('AUTH');
    expect(seen).not.toContain('MAIL');
  });
});
