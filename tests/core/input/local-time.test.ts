import { describe, expect, it } from 'vitest';
import { localTime, readLocalTime } from '../../../lib/core/input/local-time.ts';

const utc = (text: string, zone: string): string => {
  const read = readLocalTime(text, zone);
  return read.ok ? new Date(read.value).toISOString() : read.problem;
};

describe('a time by the clocks of a zone', () => {
  it.each([
    ['2026-01-15T12:00', 'Europe/Berlin', '2026-01-15T11:00:00.000Z'],
    ['2026-07-15 12:00:05', 'Europe/Berlin', '2026-07-15T10:00:05.000Z'],
    ['2026-07-15', 'Asia/Shanghai', '2026-07-14T16:00:00.000Z'],
    ['2026-07-15T12:00', 'UTC', '2026-07-15T12:00:00.000Z'],
    ['2026-07-15T12:00', 'Pacific/Apia', '2026-07-14T23:00:00.000Z'],
    ['2026-07-15T12:00Z', 'Europe/Berlin', '2026-07-15T12:00:00.000Z'],
    ['2026-07-15T12:00+05:30', 'UTC', '2026-07-15T06:30:00.000Z'],
  ])('is read: %s in %s', (text, zone, expected) => expect(utc(text, zone)).toBe(expected));

  it('that the clocks leave out is as if they had not been set yet', () => {
    expect(utc('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(localTime(Date.parse('2026-03-29T01:30:00Z'), 'Europe/Berlin')).toBe('2026-03-29 03:30:00');
  });

  it('that they show twice is the first of the two', () => {
    expect(utc('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(utc('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
  });

  it.each([
    '2026-02-30T10:00',
    '2026-13-01',
    'now',
    '',
    '12:00',
    '2026-01-01T25:00',
    '2026-01-01T10:00+99:99',
    '2026-01-01T10:00-24:00',
  ])('is refused where there is no such: %s', (text) => expect(utc(text, 'UTC')).toBe('is not a time'));

  it('of a year with fewer digits is read, too', () =>
    expect(utc('0999-01-01T12:00', 'Asia/Kathmandu')).toMatch(/^0999-01-01T06:/));
});
