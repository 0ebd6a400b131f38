import { signedBotFields, withQuery } from '../bot-fields.ts';
import type { ChannelDefinition } from '../definition.ts';
import { TO_PEOPLE, TO_PEOPLE_ON_AWS } from '../to-people.ts';

const hasToken = withQuery('access_token');

export const dingtalk: ChannelDefinition = {
  ...TO_PEOPLE,
  /** It allows 20 a minute, and after more than that nothing for ten. */
  rate: 18 / 60,
  show: (url) => `DingTalk (${new URL(url).host}/…)`,
  targetHint: 'Write the URL of the webhook of a bot in DingTalk.',
  accepts: hasToken,
  ...signedBotFields('the webhook of a bot in DingTalk', hasToken),
  aws: { ...TO_PEOPLE_ON_AWS, description: 'Sends to DingTalk' },
};
