// Whether mails hold with a real mail server in between: Postfix takes them from Jobchime and relays them to a sink, and mailparser
// reads what arrives there; then whether the image builds and its service works (peers/image.ts). Outside the gate, because it needs
// the server (Debian: apt-get install postfix) and root. Then the way of thirty jobs through a local AWS (local-aws.ts), where there is one.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { createEmail } from '../lib/adapters/channels/email/sender.ts';
import { smtpTransport, type SmtpOptions } from '../lib/adapters/channels/email/smtp.ts';
import type { Event } from '../lib/core/jobs/event.ts';
import { newTarget } from '../lib/core/notify/target.ts';
import { SAMPLES } from '../tests/core/notify/samples.ts';
import { tryImage } from './peers/image.ts';

const POSTFIX = '/usr/sbin/postfix';
const LINK = `https://jobchime.example.com/v1/unsubscribe/v1.${'Ab-_9'.repeat(40)}`;
const AT = Date.parse('2026-03-01T12:04:20Z');

interface Arrived {
  raw: string;
  to: string[];
  mail: ParsedMail;
}
let failures = 0;
function check(what: string, holds: boolean, found?: unknown): void {
  if (!holds) failures += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}${holds ? '' : `: ${JSON.stringify(found)}`}`);
}

/** Keeps what the relay hands on. */
async function startSink() {
  const arrived: Arrived[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const take = async (): Promise<void> => {
        const raw = await text(stream);
        arrived.push({
          raw,
          to: session.envelope.rcptTo.map(({ address }) => address),
          mail: await simpleParser(raw),
        });
      };
      take().then(() => done(), done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.server.address() as AddressInfo).port, arrived, close: () => server.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('data', () => socket.destroy());
  });
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return true;
    await sleep(50);
  }
  check(what, false);
  return false;
}

/** What Postfix runs, each in place and not in a jail of its own. */
const SERVICES = `postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
`;

/** Postfix with STARTTLS by a certificate that nobody signed; it knows `ops` and `ann`, and nobody else. */
async function startRelay(sink: number) {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-peers-'));
  chmodSync(folder, 0o755);
  const [cert, key] = ['relay.crt', 'relay.key'].map((name) => join(folder, name)) as [string, string];
  const wanted = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=relay.example.org'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...wanted, ...names, '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  });
  const port = await freePort();
  for (const name of ['spool', 'data', 'config']) mkdirSync(join(folder, name));
  execFileSync('chown', ['postfix', join(folder, 'data')]);
  const log = join(folder, 'log');
  writeFileSync(join(folder, 'config', 'master.cf'), `${port} inet n - n - - smtpd\n${SERVICES}`);
  writeFileSync(
    join(folder, 'config', 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${log}
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = example.org
relay_recipient_maps = inline:{ { ops@example.org = ok }, { ann@example.org = ok } }
relayhost = [127.0.0.1]:${sink}
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${cert}
smtpd_tls_key_file = ${key}
smtpd_tls_received_header = yes
`,
  );
  const postfix = (what: string): void => {
    execFileSync(POSTFIX, ['-c', join(folder, 'config'), what], { stdio: 'pipe' });
  };
  const said = (): string => (existsSync(log) ? readFileSync(log, 'utf8').slice(-800) : '');
  const stop = (): void => {
    postfix('stop');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    postfix('start');
  } catch (error) {
    throw new Error(`Postfix does not start: ${said()}`, { cause: error });
  }
  if (!(await until('the relay starts', () => answers(port)))) {
    const words = said();
    stop();
    throw new Error(`Postfix does not answer: ${words}`);
  }
  return { port, ca: readFileSync(cert, 'utf8'), stop };
}

/** Headers in one piece, and the link in both parts. */
function isWhole({ raw, mail }: Arrived): boolean {
  const head = raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  return (
    head.includes(`List-Unsubscribe: <${LINK}>`) &&
    head.includes('List-Unsubscribe-Post: List-Unsubscribe=One-Click') &&
    head.includes('Auto-Submitted: auto-generated') &&
    head.some((line) => /^List-Id: Jobchime team <team\.jobchime\.example\.com>$/i.test(line)) &&
    mail.from?.value[0]?.name === 'Jobchime: prüfung' &&
    (mail.text ?? '').includes(LINK) &&
    (mail.html || '').includes(`href="${LINK}"`)
  );
}

async function tryPostfix(): Promise<void> {
  const sink = await startSink();
  const relay = await startRelay(sink.port);
  let sent = 0;
  const send = (event: Event, over: Partial<SmtpOptions> = {}, to = 'ops@example.org') =>
    createEmail(
      {
        transport: smtpTransport({ host: '127.0.0.1', port: relay.port, secure: false, ...over }),
        from: 'Jobchime: prüfung <jobchime@example.com>',
      },
      () => LINK,
    ).send({
      deliveryId: `dlv_${String((sent += 1)).padStart(32, '0')}`,
      event,
      subscription: 'team',
      target: newTarget('email', () => to),
      at: AT,
    });
  try {
    const version = execFileSync('postconf', ['-d', 'mail_version']).toString().trim();
    console.log(`Postfix (${version}), STARTTLS with a certificate that nobody signed`);
    const refused = await send(SAMPLES['job.failed']!, { tls: { verify: true } });
    check(
      'a certificate that has to be valid is refused',
      refused.kind === 'retry' && /certificate/.test(refused.detail),
      refused,
    );
    const known = await send(SAMPLES['job.overdue']!, { tls: { ca: () => relay.ca } });
    check('tls.ca lets the mail through to that very certificate', known.kind === 'sent', known);
    const nobody = await send(SAMPLES['job.failed']!, {}, 'nobody@example.org');
    check(
      'a recipient that there is not disables the address',
      nobody.kind === 'never' && nobody.disable && nobody.reason === 'gone',
      nobody,
    );
    console.log(
      `      it says: ${nobody.detail} -> ${nobody.kind === 'never' ? nobody.reason : nobody.kind}`,
    );
    const before = sent;
    for (const event of Object.values(SAMPLES)) {
      const receipt = await send(event);
      check(`takes ${event.kind}`, receipt.kind === 'sent', receipt);
    }
    const hostile = structuredClone(SAMPLES['job.failed']!);
    if (hostile.kind !== 'job.failed') throw new Error('not the sample');
    hostile.data.job.name = `größe 配额 👩‍👩‍👧 "x" =?UTF-8?Q?no?= ${'long '.repeat(60)}\r\nBcc: victim@example.net`;
    await send(hostile);
    await send(SAMPLES['job.overdue']!, {}, 'ann@example.org');
    const wanted = sent - before + 1;
    await until('all of it arrives', () => sink.arrived.length >= wanted);

    const of = (n: number): Arrived =>
      sink.arrived.find(({ mail }) => mail.messageId === `<dlv_${String(n).padStart(32, '0')}@example.com>`)!;
    const names = Object.keys(SAMPLES);
    const arrivedOf = (kind: string): Arrived => of(before + names.indexOf(kind) + 1);
    check('each mail arrives once', sink.arrived.length === wanted, sink.arrived.length);
    check(
      'each was relayed over TLS',
      sink.arrived.every(({ raw }) => /^Received: .*[^]*?TLS/m.test(raw)),
    );
    check(
      'Message-ID stays ours',
      names.every((kind) => arrivedOf(kind) !== undefined),
    );
    const failed = arrivedOf('job.failed').mail;
    const overdue = arrivedOf('job.overdue').mail;
    check(
      'mails about one job stand in one thread',
      failed.inReplyTo === overdue.inReplyTo && String(failed.references) === String(failed.inReplyTo),
    );
    check(
      'those about something else in another',
      arrivedOf('origin.unreachable').mail.inReplyTo !== failed.inReplyTo,
    );
    check('those of another recipient in another', of(sent).mail.inReplyTo !== overdue.inReplyTo);
    const marred = sink.arrived.filter((one) => !isWhole(one)).map(({ mail }) => mail.subject);
    check(
      'one-click unsubscribing, List-Id, sender and both parts hold in every mail',
      marred.length === 0,
      marred,
    );
    const odd = of(sent - 1);
    check(
      'a name with any characters arrives as it was',
      odd.mail.text?.includes('größe 配额 👩‍👩‍👧 "x" =?UTF-8?Q?no?=') === true,
      odd.mail.text?.slice(0, 200),
    );
    check(
      'and adds no recipient',
      odd.to.join() === 'ops@example.org' && !odd.mail.headers.has('bcc'),
      odd.to,
    );
  } finally {
    relay.stop();
    sink.close();
  }
}

if (!existsSync(POSTFIX)) console.log('absent: Postfix (Debian: apt-get install postfix); nothing was tried');
else if (process.getuid?.() !== 0)
  console.log('Postfix is there, and needs root to start; nothing was tried');
else await tryPostfix();
if (process.getuid?.() === 0) await tryImage(check);
console.log('\n$ npm run local-aws');
if (spawnSync('node', ['scripts/local-aws.ts'], { stdio: 'inherit' }).status !== 0) failures += 1;
if (failures > 0) console.log(`${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;
