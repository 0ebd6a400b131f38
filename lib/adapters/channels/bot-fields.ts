import { accept, field, REFERENCE, refuse, type Read, type Rules } from '../../core/input/fields.ts';
import { configured, type ChannelDefinition, type Configured } from './definition.ts';
import { secretUrlField } from './url-field.ts';

/** The URL of a bot, which may be set to take only what is signed. */
export const signedBotFields = (
  what: string,
  accepts?: ChannelDefinition['accepts'],
): Configured & Pick<ChannelDefinition, 'secret'> => ({
  secret: readBotSecret,
  ...configured(
    (rules: Rules) => ({
      target: secretUrlField(rules, what, accepts),
      secret: field(`${REFERENCE} The value is the secret that the bot shows for its signature.`, (text) =>
        rules.secret(text, readBotSecret),
      ).optional(),
    }),
    ({ target, secret }) => [{ address: target, ...(secret && { signingKeys: [secret] }) }],
  ),
});

const readBotSecret = (value: string): Read<unknown> =>
  /^[\x21-\x7e]{8,200}$/.test(value)
    ? accept(value)
    : refuse('is not the secret of a bot: 8 to 200 letters, digits and signs');

/** Whether the key of a bot stands in its URL. */
export const withQuery =
  (name: string) =>
  (address: string): Read<unknown> =>
    new URL(address).searchParams.get(name)
      ? accept(address)
      : refuse(`has no ${name} in its query`, "Copy the whole URL from the bot's settings.");
