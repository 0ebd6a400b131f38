import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';

// What several routes answer.

export const time = lazily(() => z.iso.datetime().describe('UTC, ISO 8601'));
export const timeOrNull = lazily(() => time().nullable());
export const text = lazily(() => z.string().nullable());
export const shown = lazily(() => z.string().describe('Shortened so that it gives nothing away'));

export const pageOf = <S extends z.ZodType>(items: () => S) =>
  lazily(() =>
    z.object({
      items: z.array(items()),
      next: text().describe('The cursor of the next page; null: there is none'),
    }),
  );

/** A page for people. */
export const html = lazily(() => z.string().meta({ description: 'A page for people' }));
export const openApi = lazily(() => z.record(z.string(), z.unknown()).meta({ description: 'This document' }));
