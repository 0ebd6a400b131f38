import { configured, type ChannelDefinition } from '../definition.ts';
import { TO_PEOPLE, TO_PEOPLE_ON_AWS } from '../to-people.ts';
import { secretUrlField } from '../url-field.ts';

export const slack: ChannelDefinition = {
  ...TO_PEOPLE,
  /** A little less than the one a second that it allows an app in a channel. */
  rate: 1 / 1.05,
  show: (url) => `Slack (${new URL(url).host}/…)`,
  targetHint: 'Write https://host/path.',
  ...configured(
    (rules) => ({ target: secretUrlField(rules, 'a Slack incoming webhook') }),
    ({ target }) => [{ address: target }],
  ),
  aws: { ...TO_PEOPLE_ON_AWS, description: 'Sends to Slack' },
};
