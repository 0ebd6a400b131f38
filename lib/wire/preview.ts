import { dingtalkMarkdown } from '../adapters/channels/dingtalk/markdown.ts';
import { emailHtml } from '../adapters/channels/email/html.ts';
import { plainText } from '../adapters/channels/email/plain-text.ts';
import { feishuCard } from '../adapters/channels/feishu/card.ts';
import { contentOf } from '../adapters/channels/own-words.ts';
import { definitionOf } from '../adapters/channels/registry.ts';
import { slackPayload } from '../adapters/channels/slack/blocks.ts';
import { teamsMessage } from '../adapters/channels/teams/card.ts';
import { webhookBody } from '../adapters/channels/webhook/standard-body.ts';
import { wecomText } from '../adapters/channels/wecom/text.ts';
import type { Event } from '../core/jobs/event.ts';
import { headline } from '../core/notify/headline.ts';
import type { MessageContent } from '../core/notify/message-content.ts';
import type { Preview, Previewed } from '../adapters/console/home.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const FILES: Readonly<Record<string, (content: MessageContent, event: Event) => Record<string, string>>> = {
  slack: (content) => ({ 'slack.json': json(slackPayload(content)) }),
  teams: (content) => ({ 'teams.json': json(teamsMessage(content)) }),
  feishu: (content) => ({ 'feishu.json': json(feishuCard(content)) }),
  dingtalk: (content) => ({ 'dingtalk.json': json(dingtalkMarkdown(content)) }),
  wecom: (content) => ({ 'wecom.json': json(wecomText(content)) }),
  email: (content, { metadata }) => ({
    'email.html': emailHtml(content, `Jobchime, event ${metadata.id}`, null),
    'email.txt': `${plainText(content)}\n`,
  }),
  webhook: (_, event) => ({ 'webhook.json': json(JSON.parse(webhookBody(event))) }),
};

export async function preview(
  event: Event,
  channel: string,
  { reader, words, subscription }: Previewed,
): Promise<Preview> {
  const told = {
    deliveryId: 'dlv_preview',
    event,
    subscription,
    target: { reader, ...(words && { words }) },
  };
  const { content, failed } = await contentOf(told, definitionOf(channel)?.words ?? { most: 0 });
  return {
    phone: headline(content),
    text: plainText(content),
    files: FILES[channel]?.(content, event) ?? {},
    ...(failed !== undefined && { failed }),
  };
}
