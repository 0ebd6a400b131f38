import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEmail, type Mail } from '../../../lib/adapters/channels/email/sender.ts';
import { dingtalkMarkdown } from '../../../lib/adapters/channels/dingtalk/markdown.ts';
import { feishuCard } from '../../../lib/adapters/channels/feishu/card.ts';
import { wecomText } from '../../../lib/adapters/channels/wecom/text.ts';
import { slackPayload, slackText } from '../../../lib/adapters/channels/slack/blocks.ts';
import { teamsMessage } from '../../../lib/adapters/channels/teams/card.ts';
import { webhookBody } from '../../../lib/adapters/channels/webhook/sender.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { messageTo, targetOf } from './kit.ts';

const GOLDEN = new URL('golden/', import.meta.url).pathname;

async function mailOf(event: Event): Promise<Mail> {
  let written: Mail | undefined;
  const transport = {
    async send(mail: Mail) {
      written = mail;
      return { kind: 'sent', detail: '' } as const;
    },
  };
  await createEmail({ transport, from: 'jobchime@example.com' }).send(
    messageTo(targetOf('ops@example.org'), event),
  );
  return written!;
}

async function rendered(event: Event): Promise<string> {
  const content = contentOf(event);
  const mail = await mailOf(event);
  const parts: [string, string][] = [
    ['slack', JSON.stringify(slackPayload(content), null, 2)],
    ['slack, when blocks are refused', slackText(content).text],
    ['email subject', mail.subject],
    ['email text', mail.text],
    ['email html', mail.html],
    ['teams', JSON.stringify(teamsMessage(content), null, 2)],
    ['feishu', JSON.stringify(feishuCard(content), null, 2)],
    ['dingtalk title', dingtalkMarkdown(content).markdown.title],
    ['dingtalk text', dingtalkMarkdown(content).markdown.text],
    ['wecom text', wecomText(content).text.content],
    ['webhook body', JSON.stringify(JSON.parse(webhookBody(event)), null, 2)],
  ];
  return parts.map(([name, text]) => `==== ${name}\n${text}\n`).join('\n');
}

describe('every channel renders an event as it did before', () => {
  it('and there is one golden file for each sample', () => {
    const names = Object.keys(SAMPLES).map((name) => `${name}.txt`);
    expect(readdirSync(GOLDEN).toSorted()).toEqual(names.toSorted());
  });

  // A change that is meant: npx vitest run tests/adapters/channels/golden.test.ts -u, and read the difference.
  it.each(Object.entries(SAMPLES))('%s', async (name, event) => {
    await expect(await rendered(event)).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});
