/** Reasons of 100 KB and 500 failed sub-jobs, far beyond what any cloud sends, in each language and for each channel. */
import { describe, expect, it } from 'vitest';
import { dingtalkMarkdown, dingtalkText } from '../../../lib/adapters/channels/dingtalk/markdown.ts';
import { createEmail } from '../../../lib/adapters/channels/email/sender.ts';
import type { Mail } from '../../../lib/adapters/channels/email/sender.ts';
import { feishuCard, feishuText } from '../../../lib/adapters/channels/feishu/card.ts';
import { shortUpdate, slackPayload, slackText } from '../../../lib/adapters/channels/slack/blocks.ts';
import { shortTeamsMessage, teamsMessage } from '../../../lib/adapters/channels/teams/card.ts';
import { wecomShortText, wecomText } from '../../../lib/adapters/channels/wecom/text.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { eventSchemas } from '../../../lib/core/jobs/event-schema.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import type { MessageContent } from '../../../lib/core/notify/message-content.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';
import { isRecord } from '../../../lib/core/is-record.ts';
import { NASTY } from '../../core/notify/hostile.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { problemsOf } from './block-kit.ts';
import { faultOfDingTalk, faultOfFeishu, faultOfWeCom } from './bot-services.ts';
import { messageTo, targetOf } from './kit.ts';
import { failureOf } from './teams-service.ts';

const FAULTS: Record<string, (content: MessageContent) => unknown[]> = {
  slack: (it) => [...problemsOf(slackPayload(it)), ...problemsOf(slackText(it))],
  'slack, changed': (it) => (shortUpdate(it).text.length > 4_000 ? ['too long'] : []),
  teams: (it) => found(failureOf, teamsMessage(it), shortTeamsMessage(it)),
  feishu: (it) => found(faultOfFeishu, feishuCard(it), feishuText(it)),
  dingtalk: (it) => found(faultOfDingTalk, dingtalkMarkdown(it), dingtalkText(it)),
  wecom: (it) => found(faultOfWeCom, wecomText(it), wecomShortText(it)),
};
const found = (fault: (body: string) => string | null, ...bodies: object[]): string[] =>
  bodies.flatMap((body) => fault(JSON.stringify(body)) ?? []);

/** The same event with these words wherever the outside says something, and sub-jobs without end. */
function endless(event: Event, words: string): Event {
  const of = (length: number) => words.repeat(Math.ceil(length / words.length)).slice(0, length);
  const [long, short] = [of(100_000), of(500)];
  const OURS = ['kind', 'id', 'time', 'outcome', 'closedBy', 'credentials', 'why', 'consoleUrl', 'key'];
  const put = (value: unknown, name = ''): unknown => {
    if (Array.isArray(value)) {
      const all = value.map((one) => put(one, name));
      return name === 'subJobs' ? Array.from({ length: 500 }, () => SUB_JOB) : all;
    }
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, put(it, key)]));
    const isOurs = OURS.includes(name) || /^\d{4}-\d\d-\d\dT/.test(String(value));
    if (typeof value !== 'string' || isOurs) return value;
    return name === 'reason' ? long : short;
  };
  const SUB_JOB = { jobId: short, jobType: short, code: short, reason: short };
  return eventSchemas().event.parse({ ...event, data: put(event.data) });
}

/** Markup that pings, wide letters, line ends, marks of direction, and what grows when it is escaped. */
const CASES = ['<!here>', '超出', 'web-7\r\nBcc', '\u202Egnp', '&'].map((begin) => {
  const words = NASTY.find((it) => it.startsWith(begin))!;
  return [JSON.stringify(begin), words] as const;
});
const EVENTS = ['job.failed', 'group.ended.failed', 'summary'];

describe.each(CASES)('words without end: %s', (_, words) => {
  it.each(LANGS)(
    'are a message within the limits of every channel, which pings nobody, in %s',
    async (lang) => {
      const reader = { lang, zone: 'Asia/Shanghai' };
      for (const name of EVENTS) {
        const event = endless(SAMPLES[name]!, words);
        const content = contentOf(event, reader);
        for (const [channel, faults] of Object.entries(FAULTS))
          expect([name, channel, faults(content)]).toEqual([name, channel, []]);
        const mails: Mail[] = [];
        const transport = {
          send: async (mail: Mail) => (mails.push(mail), { kind: 'sent', detail: '' } as const),
        };
        const email = createEmail({ transport, from: 'jobchime@example.com' });
        await email.send(messageTo({ ...targetOf('ops@example.com'), reader }, event));
        const [{ subject, text, html }] = mails as [Mail];
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
        expect(subject.length).toBeLessThan(400);
        // Gmail cuts a mail off that is larger than 102 KB.
        expect(Buffer.byteLength(html)).toBeLessThan(102_000);
        expect(Buffer.byteLength(text)).toBeLessThan(102_000);
        expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
      }
    },
  );
});
