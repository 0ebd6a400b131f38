import * as z from 'zod';
import { isCursor } from '../../core/cursor.ts';
import { ID, ORIGIN_NAME } from '../../core/jobs/job.ts';
import { lazily } from '../../core/lazily.ts';

// What several routes take.

/** Of routes that take no parameters. */
export const nothing = lazily(() => z.strictObject({}).meta({ hint: 'This takes no parameters.' }));
/** What follows the link of a mail adds parameters of its own, which mean nothing here. */
export const anyQuery = lazily(() => z.looseObject({}));

export const originName = () => z.string().regex(ORIGIN_NAME).meta({ hint: 'Write the name of an origin.' });
export const projectId = () => z.string().regex(ID).meta({ hint: 'Write the project id.' });
const JOB_KEY = /^[a-z0-9][a-z0-9-]{0,39}\/[A-Za-z0-9][A-Za-z0-9-]{0,63}\/[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
export const jobKey = lazily(() =>
  z.string().regex(JOB_KEY, 'is no key of a job').meta({ hint: 'Write origin/projectId/jobId.' }),
);
export const eventId = lazily(() =>
  z
    .string()
    .regex(/^evt_[0-9a-f]{32}$/)
    .meta({ hint: 'Write evt_ and 32 hex digits.' }),
);
export const subscriptionId = lazily(() =>
  z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/)
    .meta({ hint: 'Write the id of a subscription, or its name in the configuration.' }),
);
export const time = lazily(() =>
  z.iso.datetime().meta({ hint: 'Write a time in UTC such as 2026-03-01T12:00:00Z.' }),
);
/** One word of a list. */
export const oneOf = <const W extends readonly string[]>(words: W) =>
  z.enum(words).meta({ hint: `Write one of ${words.join(', ')}.` });

export const limitUpTo = (most: number) =>
  z.coerce
    .number<number>(`must be a whole number from 1 to ${most}`)
    .int(`must be a whole number from 1 to ${most}`)
    .min(1)
    .max(most)
    .default(50)
    .meta({ hint: `Write how many to show at most, 1 to ${most}.` });
export const cursor = (isOurs: (text: string) => boolean) =>
  z
    .string()
    .max(2_000, 'is no cursor')
    .refine(isOurs, 'is no cursor')
    .meta({ hint: "Write a former page's next as it is, or leave it out to begin with the first page." })
    .optional();
export const page = lazily(() => ({ limit: limitUpTo(200), cursor: cursor(isCursor) }));
export const pageQuery = lazily(() => z.strictObject(page()));

const A_LABEL = z.string().regex(/^[^=]+=.*$/su, 'is no label');
const TEXT = z.string().min(1).max(200);
/** Which jobs, or events of them. */
export const filter = lazily(() => ({
  label: z
    .union([A_LABEL, z.array(A_LABEL).max(20)])
    .meta({ hint: 'Write team=web: those with this label. Several: label=team=web&label=env=prod.' })
    .optional(),
  name: TEXT.meta({ hint: 'Write a name; * stands for any characters.' }).optional(),
  group: TEXT.meta({ hint: 'Write the name of a group; * stands for any characters.' }).optional(),
  since: time().optional(),
}));
