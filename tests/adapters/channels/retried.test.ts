import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ACCEPT_MS, DEADLINE_MS } from '../../../lib/adapters/channels/email/smtp.ts';
import { ASKS_TO_WAIT } from '../../../lib/adapters/channels/verdict.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { LONGEST_WAIT_MS } from '../../../lib/core/notify/retry.ts';
import { TOO_OLD_MS } from '../../../lib/core/notify/delivery.ts';
import { TABLES } from './retried.ts';

const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');
const [, section = ''] = /^## What is retried, and for how long\n(.*?)(?=^## |(?![^]))/ms.exec(page) ?? [];

/** Tables of the section, without the line below each head. */
const tables = section
  .split(/\n\n+/)
  .filter((block) => block.startsWith('|'))
  .map((block) =>
    block
      .trim()
      .split('\n')
      .filter((_, n) => n !== 1)
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  );

const gap = (channel: 'slack' | 'teams' | 'feishu' | 'dingtalk'): string =>
  String(Number((1 / CHANNELS[channel].rate!).toPrecision(channel === 'slack' ? 3 : 2)));

it('docs/security.md says of each answer, fault and schedule what the channels decide by', () => {
  expect(tables).toEqual(TABLES);
});

it.each([
  [`${ASKS_TO_WAIT.slice(0, -1).join(', ')} and ${ASKS_TO_WAIT.at(-1)}`],
  [`${LONGEST_WAIT_MS / 3_600_000} h at most`],
  [`older than ${TOO_OLD_MS / 86_400_000} days`],
  [`${CHANNELS.webhook.claimMs / 60_000} min, for a mail ${CHANNELS.email.claimMs / 60_000} min`],
  [
    `${gap('slack')} s for Slack, ${gap('teams')} s for Teams, ${gap('feishu')} s for Feishu, ${gap('dingtalk')} s for DingTalk and WeCom`,
  ],
  [`${DEADLINE_MS / 60_000} min until a mail is handed over and ${ACCEPT_MS / 60_000} min from there on`],
])('docs/security.md says "%s"', (words) => {
  expect(section.replaceAll(/\s+/g, ' ')).toContain(words);
});
