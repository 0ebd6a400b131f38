import { withQuery } from '../bot-fields.ts';
import { configured, type ChannelDefinition } from '../definition.ts';
import { TO_PEOPLE, TO_PEOPLE_ON_AWS } from '../to-people.ts';
import { secretUrlField } from '../url-field.ts';

const hasKey = withQuery('key');

/** Its bots know no signature: who has the key can post. */
export const wecom: ChannelDefinition = {
  ...TO_PEOPLE,
  /** Of 2,048 bytes, a headline takes 500, and a character up to three. */
  words: { most: 400 },
  /** It allows 20 a minute. */
  rate: 18 / 60,
  show: (url) => `WeCom (${new URL(url).host}/…)`,
  targetHint: 'Write the URL of the webhook of a bot in WeCom.',
  accepts: hasKey,
  ...configured(
    (rules) => ({ target: secretUrlField(rules, 'the webhook of a bot in WeCom', hasKey) }),
    ({ target }) => [{ address: target }],
  ),
  aws: { ...TO_PEOPLE_ON_AWS, description: 'Sends to WeCom' },
};
