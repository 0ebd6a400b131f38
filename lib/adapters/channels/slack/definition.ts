import { field, REFERENCE } from '../../../core/input/fields.ts';
import { readTarget } from '../../../core/input/values.ts';
import { configured, type ChannelDefinition, type FieldFault } from '../definition.ts';
import { TO_PEOPLE, TO_PEOPLE_ON_AWS } from '../to-people.ts';
import { secretUrlField } from '../url-field.ts';
import {
  botAddress,
  readApi,
  readBotAddress,
  readChannel,
  readSlackTarget,
  readToken,
  SLACK_API,
} from './address.ts';
import { mentionField, readMention } from './mentions.ts';

export const slack: ChannelDefinition = {
  ...TO_PEOPLE,
  /** A little less than the one a second that it allows an app in a channel. */
  rate: 1 / 1.05,
  living: (address) => readBotAddress(address) !== null,
  show: (url) => `Slack (${readBotAddress(url)?.channel ?? `${new URL(url).host}/…`})`,
  targetHint: `Write the URL of an incoming webhook, or for a bot ${SLACK_API}?channel=C0123456789&token=xoxb-...`,
  accepts: readSlackTarget,
  parts: {
    of: [
      { name: 'to', isSecret: false },
      { name: 'token', isSecret: true },
    ],
    whole: ({ to = '', token = '' }) => botAddress(SLACK_API, to, token),
  },
  mentions: readMention,
  faults: oneWay,
  ...configured(
    (rules) => ({
      target: secretUrlField(rules, 'a Slack incoming webhook').optional(),
      token: field(`${REFERENCE} The value is the token of a bot in Slack.`, (text) =>
        rules.secret(text, readToken),
      ).optional(),
      to: field('Write the id of a channel in Slack, such as C0123456789.', readChannel).optional(),
      api: field(`Leave it out, and it is ${SLACK_API}.`, (text) => {
        const url = readTarget(text, rules.allowPrivate);
        return url.ok ? readApi(url.value, rules.allowPrivate) : url;
      }).optional(),
      mention: mentionField(),
    }),
    ({ target, token, to, api, mention }) => [
      {
        address: target ?? (() => botAddress(api ?? SLACK_API, to!, token!())),
        ...(mention && { mention }),
      },
    ],
  ),
  aws: { ...TO_PEOPLE_ON_AWS, description: 'Sends to Slack' },
};

/** Either an incoming webhook or a bot. */
function oneWay(it: Readonly<Record<string, unknown>>): FieldFault[] {
  const has = (name: string): boolean => it[name] !== undefined;
  const bot = ['token', 'to', 'api'].find(has);
  if (has('target') && bot !== undefined)
    return [{ field: bot, problem: 'does not go with target', fix: 'Give target, or token and to.' }];
  if (has('target')) return [];
  if (bot === undefined)
    return [
      {
        field: 'target',
        problem: 'is missing',
        fix: 'Give target, the reference to the URL of an incoming webhook; or token and to, for a bot.',
      },
    ];
  const missing = ['token', 'to'].filter((name) => !has(name));
  return missing.map((field) => ({ field, problem: 'is missing', fix: 'A bot has token and to.' }));
}
