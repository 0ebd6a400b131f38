import { accept, field, isReference, REFERENCE, type Read, type Rules } from '../../core/input/fields.ts';
import { readTarget } from '../../core/input/values.ts';
import type { Secret } from '../../core/notify/subscription.ts';
import type { ChannelDefinition } from './definition.ts';

/** The URL of a target that everybody who has it can post to: it stands elsewhere, and is referred to. `what`: `a Slack incoming webhook`. */
export const secretUrlField = (rules: Rules, what: string, accepts?: ChannelDefinition['accepts']) =>
  field(`${REFERENCE} The value is the URL of ${what}.`, (text) => secretUrl(text, rules, accepts));

/** The URL of a target, written out or referred to. */
export const urlField = (rules: Rules) =>
  field('Write https://host/path, or env:NAME where the URL holds a secret.', (text) =>
    isReference(text) ? secretUrl(text, rules) : plainUrl(text, rules),
  );

const secretUrl = (
  reference: string,
  { secret, allowPrivate }: Rules,
  accepts: ChannelDefinition['accepts'] = accept,
): Read<Secret> =>
  secret(reference, (value) => {
    const url = readTarget(value, allowPrivate);
    return url.ok ? accepts(value) : url;
  });

function plainUrl(text: string, { conceal, allowPrivate }: Rules): Read<Secret> {
  const url = readTarget(text, allowPrivate);
  if (!url.ok) return url;
  const { pathname, search } = url.value;
  // Behind the host may stand what lets one in. The host by itself is shown to people, so it has to stay readable.
  return accept(pathname + search === '/' ? () => text : conceal(text));
}
