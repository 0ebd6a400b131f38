/** What people see of a message in each channel. */
import { dingtalkMarkdown } from '../../lib/adapters/channels/dingtalk/markdown.ts';
import { createEmail, type Mail } from '../../lib/adapters/channels/email/sender.ts';
import { feishuCard } from '../../lib/adapters/channels/feishu/card.ts';
import { slackPayload } from '../../lib/adapters/channels/slack/blocks.ts';
import { teamsMessage } from '../../lib/adapters/channels/teams/card.ts';
import { wecomText } from '../../lib/adapters/channels/wecom/text.ts';
import type { Event } from '../../lib/core/jobs/event.ts';
import { describe } from '../../lib/core/notify/message.ts';
import type { Reader } from '../../lib/core/notify/reader.ts';

export interface Shown {
  /** On a locked phone. */
  push: string;
  /** After a tap, line by line. */
  text: string;
  /** What can be tapped. */
  links: string[];
}
type Show = (event: Event, reader: Reader) => Shown | Promise<Shown>;

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const linksIn = (text: string): string[] => text.match(/https:\/\/[^\s|>)]+/g) ?? [];

export const SHOW: Readonly<Record<string, Show>> = {
  slack(event, reader) {
    const { text, blocks = [] } = slackPayload(describe(event, reader));
    const lines = blocks.flatMap((block) =>
      'fields' in block ? block.fields.map((field) => field.text) : [block.text.text],
    );
    const shown = unescaped(lines.join('\n'));
    return { push: unescaped(text), text: shown, links: linksIn(shown) };
  },
  teams(event, reader) {
    const { summary, attachments } = teamsMessage(describe(event, reader));
    const { body, actions = [] } = attachments[0].content;
    const lines = body.map(({ inlines }) => inlines.map((run) => run.text).join(''));
    const buttons = actions.map(({ title, url }) => `[${title}] ${url}`);
    return {
      push: summary,
      text: [...lines, ...buttons].join('\n'),
      links: actions.map(({ url }) => url),
    };
  },
  feishu(event, reader) {
    const { header, elements } = feishuCard(describe(event, reader)).card;
    const links: string[] = [];
    const lines = elements.flatMap((element) => {
      if (element.tag === 'hr') return ['---'];
      if (element.tag === 'div') return [element.text.content];
      return element.actions.map(({ text, url }) => {
        links.push(url);
        return `[${text.content}] ${url}`;
      });
    });
    return { push: header.title.content, text: [header.title.content, ...lines].join('\n'), links };
  },
  dingtalk(event, reader) {
    const { title, text } = dingtalkMarkdown(describe(event, reader)).markdown;
    return { push: title, text, links: linksIn(text) };
  },
  wecom(event, reader) {
    const { content } = wecomText(describe(event, reader)).text;
    return { push: content.split('\n')[0]!, text: content, links: linksIn(content) };
  },
  async email(event, reader) {
    let mail: Mail | undefined;
    const transport = {
      async send(one: Mail) {
        mail = one;
        return { kind: 'sent', detail: '' } as const;
      },
    };
    await createEmail({ transport, from: 'jobchime@example.com' }).send({
      deliveryId: `dlv_${'a'.repeat(32)}`,
      event,
      subscription: 'team',
      target: { endpoint: 'ep_1', shown: 'shown', address: () => 'ops@example.org', reader },
      at: Date.parse(event.metadata.time),
    });
    const { subject, text, html } = mail!;
    return {
      push: subject,
      text,
      links: [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => unescaped(url!)),
    };
  },
};
