import { signedBotFields } from '../bot-fields.ts';
import type { ChannelDefinition } from '../definition.ts';
import { TO_PEOPLE, TO_PEOPLE_ON_AWS } from '../to-people.ts';

/** Lark is the same service under another host. */
export const feishu: ChannelDefinition = {
  ...TO_PEOPLE,
  /** It allows 100 a minute, and 5 a second. */
  rate: 90 / 60,
  show: (url) => `Feishu (${new URL(url).host}/…)`,
  targetHint: 'Write the URL of the webhook of a bot in Feishu or Lark.',
  ...signedBotFields('the webhook of a bot in Feishu or Lark'),
  aws: { ...TO_PEOPLE_ON_AWS, description: 'Sends to Feishu and Lark' },
};
