import * as z from 'zod';
import { TOPIC } from '../../core/intake/smn-message.ts';
import { field, like, type Rules } from '../../core/input/fields.ts';
import { readCertificates, readEndpoint } from '../../core/input/values.ts';
import type { Secret } from '../../core/notify/subscription.ts';

/** What may ring at POST /v1/intake without a token: what it says is signed. */
export interface IntakeSettings {
  /** Topics of SMN whose messages are taken: `urn:smn:REGION:PROJECT:NAME`. */
  topics: string[];
  /** A stand-in for SMN, such as the simulator; null: the clouds' own. */
  smn: { endpoint: string; ca: Secret } | null;
}

/** More topics than one person keeps in view. */
const MAX_TOPICS = 100;

export const intakeSchema = ({ text, allowPrivate }: Pick<Rules, 'text' | 'allowPrivate'>) =>
  z
    .strictObject({
      topics: z
        .array(
          like(TOPIC, 'the URN of a topic', 'Write urn:smn:REGION:PROJECT:NAME, as the console shows it.'),
        )
        .max(MAX_TOPICS, `must be at most ${MAX_TOPICS} topics`)
        .meta({ hint: 'Write a list of topics of SMN: [urn:smn:eu-de:PROJECT:jobs].' })
        .optional(),
      smn: z
        .strictObject({
          endpoint: field('Write where the stand-in is, for example http://127.0.0.1:8080.', (given) =>
            readEndpoint(given, allowPrivate),
          ),
          ca: field('Put its certificate in PEM into a file and write file:/path.', (reference) =>
            text(reference, readCertificates),
          ),
        })
        .meta({ hint: 'Give endpoint and ca of a stand-in for SMN; leave it out for the clouds.' })
        .optional(),
    })
    .meta({ hint: 'Give topics: those of SMN whose messages are taken.' });

export const intakeOf = ({
  topics = [],
  smn,
}: z.output<ReturnType<typeof intakeSchema>>): IntakeSettings => ({
  topics,
  smn: smn ?? null,
});
