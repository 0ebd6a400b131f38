import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createEmail } from '../../../lib/adapters/channels/email/sender.ts';
import { smtpTransport, type SmtpOptions } from '../../../lib/adapters/channels/email/smtp.ts';
import { messageTo, targetOf } from './kit.ts';
import { mailbox, scriptedServer } from './mailbox.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const [cert, key] = ['relay.crt', 'relay.key'].map(fixture) as [string, string];
/** A certificate authority that everybody knows, and that signed nothing here. */
const SOMEBODY = rootCertificates[0]!;
const PASSWORD = { user: 'jobchime', password: () => 'hunter2-correct-horse' };

/** A server that offers STARTTLS with a certificate which nobody but itself has signed, as Debian makes them. */
async function relay(options: Parameters<typeof mailbox>[0] = {}) {
  const secured: boolean[] = [];
  const { port, delivered } = await mailbox({
    disabledCommands: [],
    cert,
    key,
    onAuth: (_auth, _session, done) => done(null, { user: 'jobchime' }),
    onMailFrom(_address, session, done) {
      secured.push(session.secure);
      done();
    },
    ...options,
  });
  return { port, delivered, secured };
}

const send = (port: number, over: Partial<SmtpOptions> = {}) =>
  createEmail({
    transport: smtpTransport({ host: '127.0.0.1', port, secure: false, ...over }),
    from: 'jc@example.com',
  }).send(messageTo(targetOf('ops@example.org')));

describe('a server whose certificate nobody signed', () => {
  it('gets its mail where no password is sent, over TLS all the same', async () => {
    const { port, secured } = await relay();
    expect(await send(port)).toMatchObject({ kind: 'sent' });
    expect(secured).toEqual([true]);
  });

  it('is sent no password, nor a mail', async () => {
    const { port, secured } = await relay();
    const receipt = await send(port, PASSWORD);
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'unreachable' });
    expect(receipt.detail).toMatch(/certificate/);
    expect(secured).toEqual([]);
  });

  it.each([
    ['it has to be verified', { tls: { verify: true } }],
    ['somebody else is to be believed', { tls: { ca: () => SOMEBODY } }],
    ['TLS is spoken from the start', { secure: true }],
  ])('gets nothing where %s', async (_what, over: Partial<SmtpOptions>) => {
    const { port, secured } = await relay(over.secure ? { secure: true } : {});
    expect(await send(port, over)).toMatchObject({ kind: 'retry', reason: 'unreachable' });
    expect(secured).toEqual([]);
  });

  it.each([
    ['its own certificate is in mail.tls.ca', { tls: { ca: () => cert } }],
    ['it is, and a password is sent', { tls: { ca: () => cert }, ...PASSWORD }],
    ['nothing is verified, by mail.tls.verify', { tls: { verify: false }, ...PASSWORD }],
    ['it is, with TLS from the start', { tls: { verify: false }, secure: true, ...PASSWORD }],
  ])('gets its mail where %s', async (_what, over: Partial<SmtpOptions>) => {
    const { port, secured } = await relay(over.secure ? { secure: true } : {});
    expect(await send(port, over)).toMatchObject({ kind: 'sent' });
    expect(secured).toEqual([true]);
  });
});

describe('a server that offers TLS and then has none', () => {
  const book = { EHLO: '250-mx\r\n250 STARTTLS', STARTTLS: '454 4.7.0 TLS not available' };

  it('gets its mail where one without TLS would get it too', async () => {
    const { port, seen } = await scriptedServer(book);
    expect(await send(port)).toMatchObject({ kind: 'sent' });
    expect(seen).toContain('STARTTLS');
  });

  it.each([
    ['a password would be sent', PASSWORD],
    ['somebody said whom to believe', { tls: { verify: true } }],
  ])('gets nothing where %s', async (_what, over) => {
    const { port, seen } = await scriptedServer(book);
    expect(await send(port, over)).toMatchObject({ kind: 'retry' });
    expect(seen).not.toContain('MAIL');
  });
});
