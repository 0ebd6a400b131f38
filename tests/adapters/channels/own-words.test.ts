import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dingtalkMarkdown } from '../../../lib/adapters/channels/dingtalk/markdown.ts';
import { createEmail, type Mail } from '../../../lib/adapters/channels/email/sender.ts';
import { feishuCard } from '../../../lib/adapters/channels/feishu/card.ts';
import { contentOf } from '../../../lib/adapters/channels/own-words.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { slackPayload } from '../../../lib/adapters/channels/slack/blocks.ts';
import { createSlack } from '../../../lib/adapters/channels/slack/sender.ts';
import { teamsMessage } from '../../../lib/adapters/channels/teams/card.ts';
import { wecomText } from '../../../lib/adapters/channels/wecom/text.ts';
import { asDrill } from '../../../lib/core/notify/drill.ts';
import { describe as builtIn } from '../../../lib/core/notify/message.ts';
import { MAX_TITLE, type OwnWords } from '../../../lib/core/notify/own-words.ts';
import { configOf } from '../config/kit.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { hostileEvent } from '../../core/notify/hostile.ts';
import { problemsOf } from './block-kit.ts';
import { localExchange, messageTo, receiver, targetOf } from './kit.ts';

const FAILED = SAMPLES['job.failed']!;
const MOST = { most: 2_000 };
const worded = (words: OwnWords, event = FAILED, most = MOST) =>
  contentOf(messageTo({ ...targetOf('https://x.test/'), words }, event), most);

describe('a subscription in its own words', () => {
  it('says title and text as its templates make them, with what the message and the event know', async () => {
    const { content, failed } = await worded({
      title: '{{ message.about }} is {{ message.status }} ({{ event.data.error.code }})',
      text: 'Why: {{ message.reason }}\n\n\n{% for fact in message.facts %}{% if fact.label == "Job id" %}{{ fact.value }}{% endif %}{% endfor %}\n',
    });
    expect(failed).toBeUndefined();
    const { data } = FAILED as Extract<typeof FAILED, { kind: 'job.failed' }>;
    expect(content.title).toBe(`${builtIn(FAILED).about} is failed (${data.error!.code})`);
    expect(content.own).toEqual([`Why: ${builtIn(FAILED).reason}`, '', data.job.jobId]);
    expect(content).toMatchObject({ facts: [], failedSubJobs: [], link: builtIn(FAILED).link });
    expect(content.hint).toBeUndefined();
  });

  it('keeps what it does not say in words of its own', async () => {
    const { content } = await worded({ title: 'Broken' });
    const { title: _, reason: __, place: ___, ...rest } = builtIn(FAILED);
    expect(content).toMatchObject({ ...rest, title: 'Broken' });
  });

  it.each([
    [{ title: '{{ message.nothing }}' }, 'title: line 1, column 4: undefined variable: message.nothing'],
    [{ text: 'a\n  {% if %}' }, /^text: line 2, column 8: /],
    [{ text: '{% include "package.json" %}' }, /^text: line 1, column 1: .*package\.json/],
    [{ text: '{% for i in (1..100000000) %}x{% endfor %}' }, /^text: .*(limit|exceeded)/],
    [{ title: '{% if false %}x{% endif %}' }, 'title: it makes nothing'],
    [{ title: 'x'.repeat(MAX_TITLE + 1) }, `title: it makes 151 characters, and ${MAX_TITLE} are the most`],
    [{ text: 'x'.repeat(2_001) }, 'text: it makes 2001 characters, and 2000 are the most'],
    [{ text: 'x\n'.repeat(41) }, 'text: it makes 41 lines, and 40 are the most'],
  ] as [OwnWords, string | RegExp][])(
    'goes out as the built-in message with a note where it fails: %j',
    async (words, why) => {
      const { content, failed } = await worded(words);
      expect(failed).toMatch(why);
      const { facts, ...rest } = builtIn(FAILED);
      expect(content).toMatchObject(rest);
      expect(content.facts.slice(0, -1)).toEqual(facts);
      expect(content.facts.at(-1)).toMatchObject({
        label: 'Template',
        value: expect.stringContaining('jobchime config check'),
      });
    },
  );

  it('says of a drill that it is one, whatever the words are', async () => {
    const { content } = await worded({ title: 'Broken', text: 'All of it' }, asDrill(FAILED, 'a'));
    expect(content.title).toBe('DRILL: Broken');
    expect(content.lead).toContain('This is a drill');
  });

  it('is within the limits of every channel and pings nobody, whatever the cloud and the users write', async () => {
    const words = {
      title: '{{ message.title | truncate: 150 }}',
      text: '{{ message.text | truncate: 2000 }}<!channel> <at id=all></at>',
    };
    const events = fc.sample(hostileEvent, 40);
    for (const event of events) {
      const { content } = await worded(words, event, { most: 2_100 });
      expect(problemsOf(slackPayload(content))).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(teamsMessage(content)))).toBeLessThan(20_000);
      expect(Buffer.byteLength(JSON.stringify(feishuCard(content)))).toBeLessThan(20_000);
      expect(Buffer.byteLength(JSON.stringify(dingtalkMarkdown(content)))).toBeLessThan(20_000);
      const short = await worded({ text: '{{ message.text | truncate: 390 }}' }, event, CHANNELS.wecom.words);
      expect(Buffer.byteLength(wecomText(short.content).text.content)).toBeLessThanOrEqual(2_048);
      expect(wecomText(content).text.content).not.toContain('<');
      expect(JSON.stringify(slackPayload(content))).not.toContain('<!channel>');
    }
  });

  it('stands in each channel where its text belongs, escaped as that channel wants it', async () => {
    const { content } = await worded({ title: 'A & B', text: 'one <b>\n\n*two* [x](y)' });
    expect(JSON.stringify(slackPayload(content))).toContain('one &lt;b&gt;\\n\\n*two* [x](y)');
    expect(JSON.stringify(teamsMessage(content))).toContain('"text":"*two* [x](y)"');
    expect(JSON.stringify(feishuCard(content))).toContain('one <b>\\n\\n*two* [x](y)');
    expect(dingtalkMarkdown(content).markdown.text).toContain(String.raw`\*two\* \[x\]\(y\)`);
    expect(wecomText(content).text.content).toContain('one ＜b＞\n*two* [x](y)');
  });

  it('is the subject and the text of a mail, and its HTML is escaped', async () => {
    let mail: Mail | undefined;
    const transport = { send: async (it: Mail) => ((mail = it), { kind: 'sent', detail: 'taken' } as const) };
    const words = { title: 'A & B\r\nBcc: x@example.com', text: 'one <b>\ntwo' };
    const email = createEmail({ transport, from: 'jobchime@example.com' });
    await email.send(messageTo({ ...targetOf('ops@example.com'), words }));
    expect(mail!.subject).toMatch(/^❌ A & B Bcc: x@example\.com$/);
    expect(mail!.text).toContain('\n\none <b>\ntwo\n\n');
    expect(mail!.html).toContain('white-space:pre-line');
    expect(mail!.html).toContain('one &lt;b&gt;\ntwo</p>');
  });

  it('that fails is sent all the same, and the attempt says so first', async () => {
    const { url, received } = await receiver(() => ({ status: 200, body: 'ok' }));
    const slack = createSlack({ exchange: localExchange });
    const receipt = await slack.send(
      messageTo({ ...targetOf(`${url}/services/T/B/x`), words: { title: '{{ message.nothing }}' } }),
    );
    expect(receipt).toEqual({
      kind: 'sent',
      detail:
        'built-in message sent, the template failed (title: line 1, column 4: undefined variable: message.nothing): HTTP 200: ok',
    });
    expect(received[0]!.body).toContain('The template of this subscription failed');
  });
});

describe('docs/templates.md', () => {
  const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block!);
  const ORIGINS =
    "origins: { x: { dialect: ecs, cloud: otc, region: eu-de, project: '0123456789abcdef0123456789abcdef', auth: { token: env:IAM_TOKEN } } }\n";

  it('has templates that fit every event that their subscriptions may get', async () => {
    expect(blocks.length).toBeGreaterThan(0);
    const { problemsOfTemplates } = await import('../../../lib/wire/local/templates.ts');
    for (const block of blocks) {
      const { subscriptions } = configOf(`${ORIGINS}${block}`);
      expect(subscriptions.some(({ targets }) => targets[0]!.words)).toBe(true);
      expect(problemsOfTemplates(subscriptions, block)).toEqual([]);
    }
  });
});

describe('a configuration with own words', () => {
  it('is checked before any event comes, with line and column in the file and in the template', async () => {
    const { problemsOfTemplates } = await import('../../../lib/wire/local/templates.ts');
    const text = `origins: { x: { dialect: ecs, cloud: otc, region: eu-de, project: '0123456789abcdef0123456789abcdef', auth: { token: env:IAM_TOKEN } } }
subscriptions:
  ops:
    pattern: { detail-type: [job.lost, job.succeeded] }
    channel: slack
    target: env:SLACK_OPS_URL
    template:
      title: '{{ message.title }'
      text: "{{ event.data.error.reason }}"
`;
    const problems = problemsOfTemplates(configOf(text).subscriptions, text);
    expect(problems).toMatchObject([
      {
        where: 'subscriptions.ops.template.title',
        line: 8,
        column: 7,
        problem: expect.stringMatching(/line 1, column 1: /),
      },
      {
        where: 'subscriptions.ops.template.text',
        line: 9,
        problem: expect.stringMatching(
          /^its template fails with job\.lost, job\.succeeded: it makes nothing$/,
        ),
      },
    ]);
  });

  it.each([
    ['template: {}', 'template: says nothing'],
    ['template: { body: x }', "unknown key 'body'"],
    ['template: { title: 7 }', 'title'],
  ])('that is none is refused: %s', (template, words) => {
    const text = `origins: { x: { dialect: ecs, cloud: otc, region: eu-de, project: "0123456789abcdef0123456789abcdef", auth: { token: env:IAM_TOKEN } } }
subscriptions: { ops: { on: endings, channel: slack, target: env:SLACK_OPS_URL, ${template} } }
`;
    expect(() => configOf(text)).toThrow(words);
  });
});
