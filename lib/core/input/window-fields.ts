import * as z from 'zod';
import { DAYS, DEFAULT_ROLLUP, type Windows } from '../notify/windows.ts';
import { FOLDS } from '../notify/subscription.ts';
import { readDuration } from './read-duration.ts';

// When the events of a subscription are gathered, as it is written in the configuration and in the API.

const MINUTE = 60_000;
const DAY = 86_400_000;

const duration = (hint: string, least: number, most: number) =>
  z
    .string()
    .superRefine((text, ctx) => {
      const read = readDuration(text);
      if (!read.ok) ctx.addIssue({ code: 'custom', message: read.problem });
      else if (read.value < least || read.value > most)
        ctx.addIssue({ code: 'custom', message: 'is too short or too long' });
    })
    .meta({ hint });
const time = () =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time')
    .meta({ hint: "Write a time of day from '00:00' to '23:59', in quotes." });
const failures = () =>
  z.enum(['at_once', 'wait']).meta({ hint: 'Write at_once or wait: what becomes of failures.' }).optional();

export const windowFields = () => ({
  fold: z
    .enum(FOLDS)
    .meta({
      hint: 'Write group (the messages of a group stand for those of its jobs) or none (each job speaks for itself).',
    })
    .optional(),
  rollup: z
    .union([
      z.literal(false),
      z.strictObject({
        above: z
          .int()
          .min(1)
          .max(60)
          .meta({ hint: 'Write a number of messages a minute, 1 to 60.' })
          .optional(),
        wait: duration('Write a duration from 1s to 60s.', 1_000, MINUTE).optional(),
        every: duration('Write a duration from 1s to 1h.', 1_000, 60 * MINUTE).optional(),
      }),
    ])
    .meta({ hint: 'Write false, or a mapping with above, wait and every.' })
    .optional(),
  digest: z
    .strictObject({
      every: duration('Write a duration from 1m to 1d.', MINUTE, DAY).optional(),
      at: time().optional(),
      failures: failures(),
    })
    .refine(({ every, at }) => (every === undefined) !== (at === undefined), 'needs either every or at')
    .meta({ hint: "Write either every: 1h or at: '09:00'; and failures: wait, if these are to wait too." })
    .optional(),
  quiet: z
    .strictObject({
      from: time(),
      to: time(),
      days: z
        .array(z.enum(DAYS).meta({ hint: `Write days: ${DAYS.join(', ')}.` }))
        .min(1)
        .meta({ hint: 'Write a list of the days on which it begins: [fri, sat].' })
        .optional(),
      failures: failures(),
    })
    .refine(({ from, to }) => from !== to, 'begins and ends at the same time')
    .meta({
      hint: "Write from: '22:00' and to: '07:00'; days, and failures: at_once, if these are not to wait.",
    })
    .optional(),
});
type Fields = { [K in keyof ReturnType<typeof windowFields>]?: z.output<ReturnType<typeof windowFields>[K]> };
/** As it was written. */
export type WindowFields = Pick<Fields, 'fold' | 'rollup' | 'digest' | 'quiet'>;

/** Undefined where nothing is said. `zone`: that of the times. */
export function windowsOf({ rollup, digest, quiet }: WindowFields, zone = 'UTC'): Windows | undefined {
  if (rollup === undefined && !digest && !quiet) return undefined;
  return {
    ...(rollup !== undefined && { rollup: rollup && rollupOf(rollup) }),
    ...(digest && {
      digest: {
        when: digest.at === undefined ? { every: ms(digest.every!) } : { at: digest.at, zone },
        failuresAtOnce: digest.failures !== 'wait',
      },
    }),
    ...(quiet && {
      quiet: {
        from: quiet.from,
        to: quiet.to,
        days: quiet.days ?? DAYS,
        zone,
        failuresAtOnce: quiet.failures === 'at_once',
      },
    }),
  };
}

type WrittenRollup = Exclude<NonNullable<WindowFields['rollup']>, false>;
const rollupOf = ({ above, wait, every }: WrittenRollup) => ({
  above: above ?? DEFAULT_ROLLUP.above,
  wait: wait === undefined ? DEFAULT_ROLLUP.wait : ms(wait),
  every: every === undefined ? DEFAULT_ROLLUP.every : ms(every),
});

/** The same as somebody would write it. */
export function writtenWindows({ rollup, digest, quiet }: Windows): WindowFields {
  const written = (atOnce: boolean) => (atOnce ? ('at_once' as const) : ('wait' as const));
  return {
    ...(rollup !== undefined && {
      rollup: rollup && {
        above: rollup.above,
        wait: durationText(rollup.wait),
        every: durationText(rollup.every),
      },
    }),
    ...(digest && {
      digest: {
        ...('every' in digest.when ? { every: durationText(digest.when.every) } : { at: digest.when.at }),
        failures: written(digest.failuresAtOnce),
      },
    }),
    ...(quiet && {
      quiet: {
        from: quiet.from,
        to: quiet.to,
        days: [...quiet.days],
        failures: written(quiet.failuresAtOnce),
      },
    }),
  };
}

const UNITS = [
  ['d', DAY],
  ['h', 60 * MINUTE],
  ['m', MINUTE],
  ['s', 1_000],
  ['ms', 1],
] as const;
function durationText(value: number): string {
  const [unit, size] = UNITS.find(([, size]) => value % size === 0)!;
  return `${value / size}${unit}`;
}

/** It was checked when it was written. */
function ms(text: string): number {
  const read = readDuration(text);
  return read.ok ? read.value : MINUTE;
}
