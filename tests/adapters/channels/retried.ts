import { BY_STATUS as BOTS, UNKNOWN_CODE, type CodeTable } from '../../../lib/adapters/channels/bot.ts';
import { CODES as DINGTALK } from '../../../lib/adapters/channels/dingtalk/sender.ts';
import { CODES as FEISHU } from '../../../lib/adapters/channels/feishu/sender.ts';
import { CODES as WECOM } from '../../../lib/adapters/channels/wecom/sender.ts';
import { BY_NAME } from '../../../lib/adapters/channels/email/ses.ts';
import {
  BY_CODE as SLACK_CODES,
  UNKNOWN_CODE as UNKNOWN_WORD,
} from '../../../lib/adapters/channels/slack/codes.ts';
import { BY_WORD } from '../../../lib/adapters/channels/slack/sender.ts';
import { BY_STATUS as SLACK } from '../../../lib/adapters/channels/slack/statuses.ts';
import { BY_CODE, BY_STATUS as TEAMS } from '../../../lib/adapters/channels/teams/sender.ts';
import { verdictOf } from '../../../lib/adapters/channels/email/smtp.ts';
import {
  BY_TROUBLE,
  byStatus,
  verdictOfTrouble,
  type Verdict,
} from '../../../lib/adapters/channels/verdict.ts';
import { BY_STATUS as WEBHOOK } from '../../../lib/adapters/channels/webhook/sender.ts';
import type { HttpReason } from '../../../lib/adapters/platform/http.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { PAUSES } from '../../../lib/core/notify/retry.ts';

/** What docs/security.md must say of retries: its tables, cell by cell, from the data that the channels decide by. */
export type Cells = readonly (readonly string[])[];

const follows = (verdict: Verdict): string => {
  if (verdict.kind === 'sent') return verdict.reason ?? 'delivered';
  if (verdict.kind === 'retry') return `tried again: \`${verdict.reason}\``;
  return `${verdict.disable ? 'held, the target is disabled' : 'given up'}: \`${verdict.reason}\``;
};

const STATUSES = ['2xx', '3xx', 400, 401, 403, 404, 410, 413, 429, '4xx', '5xx'];
/** Of a class one that has no line of its own. */
const example = (status: string | number): number =>
  typeof status === 'number' ? status : Number(status.replace('xx', '99'));
const statuses: Cells = [
  ['status', 'webhook', 'Slack', 'Teams', 'Feishu, DingTalk, WeCom'],
  ...STATUSES.map((status) => [
    String(status),
    ...[WEBHOOK, SLACK, TEAMS, BOTS].map((table) => follows(byStatus(table, example(status)))),
  ]),
];

const grouped = (head: string, verdicts: Map<string, Verdict>): Cells => [
  [head, 'what follows'],
  ...[...Map.groupBy(verdicts, ([, verdict]) => follows(verdict))].map(([what, all]) => [
    all.map(([word]) => `\`${word}\``).join(', '),
    what,
  ]),
];
const words = grouped("Slack's word", BY_WORD);
const wordsToBots = (): Cells => {
  const told = [...SLACK_CODES].map(([word, { verdict, afterMs, shorten, lost }]) => ({
    word,
    what: [
      ...(shorten ? ['sent once more as plain text; then '] : []),
      ...(lost ? ['of a change or an answer: posted anew; else '] : []),
      follows(verdict),
      ...(afterMs === undefined ? [] : [`, after ${time(afterMs)}`]),
    ].join(''),
  }));
  return [
    ["Slack's word to a bot", 'what follows'],
    ...[...Map.groupBy(told, ({ what }) => what)].map(([what, all]) => [
      all.map(({ word }) => `\`${word}\``).join(', '),
      what,
    ]),
    ['any other', follows(UNKNOWN_WORD.verdict)],
  ];
};
const codesOfTeams = grouped('code of Teams', BY_CODE);

const codesOf = (bot: string, codes: CodeTable): Cells => {
  const told = Object.entries(codes).map(([code, { verdict, afterMs, shorten }]) => ({
    code: Number(code),
    what: [
      ...(shorten ? ['sent once more as its headline; then '] : []),
      follows(verdict),
      ...(afterMs === undefined ? [] : [`, after ${time(afterMs)}`]),
    ].join(''),
  }));
  return [...Map.groupBy(told, ({ what }) => what)].map(([what, all]) => [
    bot,
    all.map(({ code }) => `\`${code}\``).join(', '),
    what,
  ]);
};
const codesOfBots = (): Cells => [
  ['bot', 'code', 'what follows'],
  ...codesOf('Feishu', FEISHU),
  ...codesOf('DingTalk', DINGTALK),
  ...codesOf('WeCom', WECOM),
  ['each', 'any other', follows(UNKNOWN_CODE.verdict)],
];

const REASONS = Object.keys(BY_TROUBLE) as HttpReason[];
const FAULTS: Readonly<Record<HttpReason, string>> = {
  timeout: 'no answer within 15 s',
  stopped: 'the time of the Lambda function is over',
  reset: 'the connection breaks',
  network: 'what comes is no HTTP',
  too_large: 'headers without end, and no status',
  dns: 'the name does not resolve',
  refused: 'nobody listens',
  tls: 'no trusted TLS',
  blocked_address: 'the address is blocked',
  bad_url: 'the URL cannot be sent to',
};
const faults: Cells = [
  ['fault', 'before the message was written', 'after'],
  ...REASONS.map((reason) => {
    const before = follows(verdictOfTrouble({ ok: false, reason, detail: '' }));
    const after = follows(verdictOfTrouble({ ok: false, reason, detail: '', sent: true }));
    const never = ['dns', 'refused', 'tls', 'blocked_address', 'bad_url'].includes(reason);
    return [FAULTS[reason], before, never ? 'cannot be' : after];
  }),
];

const reply = (code: string, command: string, responseCode: number, words = 'words'): string =>
  follows(verdictOf({ code, command, responseCode, response: `${responseCode} ${words}` }));
const replies: Cells = [
  ['reply of the server', 'what follows'],
  ['`250` to the mail', 'delivered'],
  ['`4yz` to anything', reply('EENVELOPE', 'RCPT TO', 451)],
  ['`503`, it is out of step', reply('EENVELOPE', 'MAIL FROM', 503)],
  ['`530`, `534`, `535`, `538`', reply('EENVELOPE', 'MAIL FROM', 530)],
  ['`5yz` to the password', reply('EAUTH', 'AUTH PLAIN', 554)],
  [
    '`5yz` with 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10 or 5.2.1 to the recipient',
    [
      ...new Set(
        ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'].map((code) =>
          reply('EENVELOPE', 'RCPT TO', 550, `${code} words`),
        ),
      ),
    ].join(' or '),
  ],
  ['any other `5yz` to the recipient', reply('EENVELOPE', 'RCPT TO', 550)],
  ['`5yz` to the mail', reply('EMESSAGE', 'DATA', 554)],
  ['`5yz` to anything else', reply('EENVELOPE', 'MAIL FROM', 550)],
  [
    'what is no SMTP',
    follows(verdictOf({ code: 'EENVELOPE', command: 'RCPT TO', response: 'HTTP/1.1 400' })),
  ],
  ['none within 2 min, before the mail is handed over', follows(verdictOf({ code: 'EABORT' }))],
  ['none within 10 min, after', 'tried again: `uncertain`'],
  ['the connection breaks before the mail is handed over', follows(verdictOf({ code: 'ECONNECTION' }))],
  ['the connection breaks after', 'tried again: `uncertain`'],
  ['none is asked: the address is none', follows(verdictOf({ code: 'EENVELOPE' }))],
];

const ses: Cells = [
  ['answer of SES', 'what follows'],
  ...[...Map.groupBy(Object.entries(BY_NAME), ([, verdict]) => follows(verdict))].map(([what, all]) => [
    all.map(([name]) => `\`${name}\``).join(', '),
    what,
  ]),
];

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;
const time = (ms: number): string => {
  const [size, unit] = UNITS.find(([one]) => ms >= one && ms % one === 0) ?? UNITS[3];
  return `${ms / size} ${unit}`;
};
const schedules: Cells = [
  ['channel', 'attempts', 'waits between them', 'altogether'],
  ...Object.entries(CHANNELS).map(([channel, { schedule: waits }]) => [
    channel,
    String(waits.length + 1),
    waits.map(time).join(', '),
    `${Math.floor(waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000)} h`,
  ]),
];

const pauses: Cells = [
  [
    'times in a row without an answer',
    ...PAUSES.map((_, n) => `${n + 1}${n + 1 < PAUSES.length ? '' : ' and more'}`),
  ],
  ['the target is left alone for', ...PAUSES.map(time)],
];

export const TABLES: readonly Cells[] = [
  statuses,
  words,
  wordsToBots(),
  codesOfTeams,
  codesOfBots(),
  faults,
  replies,
  ses,
  schedules,
  pauses,
];
