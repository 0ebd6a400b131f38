/** The examples in other languages, against published vectors; where a language is not on the machine, its test is skipped. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';

const FOLDER = new URL('../../examples/receivers/', import.meta.url).pathname;

interface Language {
  name: string;
  /** All of them have to be there. */
  programs: string[];
  /** What runs it; `made` is an empty folder for what has to be compiled. */
  command(made: string): string[];
}
/** What spares a short program of Java more than it costs. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const LANGUAGES: Language[] = [
  { name: 'Python', programs: ['python3'], command: () => ['python3', `${FOLDER}python/verify.py`] },
  {
    name: 'Go',
    programs: ['go'],
    command(made) {
      execFileSync('go', ['build', '-o', join(made, 'verify'), `${FOLDER}go/verify.go`]);
      return [join(made, 'verify')];
    },
  },
  {
    name: 'Java',
    programs: ['java', 'javac'],
    command(made) {
      execFileSync('javac', [
        ...SHORT_LIVED.map((one) => `-J${one}`),
        '-d',
        made,
        `${FOLDER}java/Verify.java`,
      ]);
      return ['java', ...SHORT_LIVED, '-cp', made, 'Verify'];
    },
  },
  { name: 'PHP', programs: ['php'], command: () => ['php', `${FOLDER}php/verify.php`] },
  { name: 'shell', programs: ['bash', 'openssl'], command: () => ['bash', `${FOLDER}shell/verify.sh`] },
];
const isHere = (program: string): boolean => spawnSync('bash', ['-c', `command -v ${program}`]).status === 0;

// Vectors of Svix, who wrote the reference: published test keys, not secrets.
const [SHORT, LONG] = ['whsec_plJ3nmyCDGBKInavdOK15jsl', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
const MESSAGE = {
  keys: SHORT,
  id: 'msg_loFOjxBNrRLzqYUf',
  timestamp: '1731705121',
  signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  body: '{"event_type":"ping","data":{"success":true}}',
  now: 1_731_705_121,
};
const OTHER = {
  keys: LONG,
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  body: '{"test": 2432232314}',
  now: 1_614_265_330,
};
const LONGEST = `whsec_${Buffer.alloc(64, 0xf5).toString('base64')}`;
const odd = '{"text":"\\u0000 Straße 配额 %s \\\\x41"}\n\n';
const CASES: [what: string, message: typeof MESSAGE, says: string][] = [
  ['a vector', MESSAGE, 'verified'],
  ['another vector', OTHER, 'verified'],
  ['one of several keys', { ...MESSAGE, keys: `${LONG} ${SHORT}` }, 'verified'],
  ['one of several signatures', { ...MESSAGE, signature: `v1a,x v1,* ${MESSAGE.signature}` }, 'verified'],
  [
    'the longest key, without the padding at its end, and a body that a shell would spoil',
    {
      ...MESSAGE,
      keys: LONGEST.replaceAll('=', ''),
      body: odd,
      signature: new Webhook(LONGEST).sign(MESSAGE.id, new Date(MESSAGE.now * 1_000), odd),
    },
    'verified',
  ],
  ['five minutes too late, just', { ...MESSAGE, now: MESSAGE.now + 300 }, 'verified'],
  ['too late', { ...MESSAGE, now: MESSAGE.now + 301 }, 'stale'],
  ['too early', { ...MESSAGE, now: MESSAGE.now - 301 }, 'stale'],
  ['a time that is none', { ...MESSAGE, timestamp: 'soon' }, 'stale'],
  ['another body', { ...MESSAGE, body: `${MESSAGE.body} ` }, 'bad signature'],
  ['another id', { ...MESSAGE, id: 'msg_1' }, 'bad signature'],
  ['another key', { ...MESSAGE, keys: LONG }, 'bad signature'],
  [
    'a version that others read',
    { ...MESSAGE, signature: MESSAGE.signature.replace('v1', 'v2') },
    'bad signature',
  ],
  ['no signature', { ...MESSAGE, signature: '' }, 'missing header'],
];

describe('the examples in other languages', () => {
  for (const { name, programs, command } of LANGUAGES) {
    const absent = programs.filter((program) => !isHere(program));
    const why = absent.length > 0 ? ` (${absent.join(' and ')} is not on this machine)` : '';
    it.skipIf(absent.length > 0)(
      `${name} verifies what the vectors say, and nothing else${why}`,
      () => {
        const made = mkdtempSync(join(tmpdir(), 'jobchime-example-'));
        onTestFinished(() => rmSync(made, { recursive: true }));
        const [program, ...args] = command(made);
        for (const [what, { keys, id, timestamp, signature, body, now }, says] of CASES) {
          const ran = spawnSync(program!, [...args, id, timestamp, signature], {
            input: body,
            env: { PATH: process.env.PATH, WEBHOOK_KEYS: keys, WEBHOOK_NOW: String(now) },
            encoding: 'utf8',
          });
          expect([what, (ran.stdout + ran.stderr).trim(), ran.status]).toEqual([
            what,
            says,
            says === 'verified' ? 0 : 1,
          ]);
        }
      },
      60_000,
    );
  }
});
