import { configured, type ChannelDefinition } from '../definition.ts';
import { TO_PEOPLE, TO_PEOPLE_ON_AWS } from '../to-people.ts';
import { secretUrlField } from '../url-field.ts';
import { readWorkflow } from './target.ts';

export const teams: ChannelDefinition = {
  ...TO_PEOPLE,
  /** How many a workflow takes is not documented; this many is far from what its predecessor refused. */
  rate: 1 / 2,
  show: (url) => `Teams (${new URL(url).host}/…)`,
  targetHint: 'Write the URL of a workflow in Teams.',
  accepts: readWorkflow,
  ...configured(
    (rules) => ({ target: secretUrlField(rules, 'a workflow in Microsoft Teams', readWorkflow) }),
    ({ target }) => [{ address: target }],
  ),
  aws: { ...TO_PEOPLE_ON_AWS, description: 'Sends to Microsoft Teams' },
};
