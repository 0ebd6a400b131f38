import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTime } from '../../../lib/adapters/clouds/times.ts';

test.each([
  ['2016-04-25T20:04:47.591Z', '2016-04-25T20:04:47.591Z', 'ECS, ELB, EVS, BMS, SDRS'],
  ['2016-04-25T20:04:47Z', '2016-04-25T20:04:47.000Z', 'the same without milliseconds'],
  ['04-Jun-2015 18:11:06:586', '2015-06-04T18:11:06.586Z', 'old IMS, without a zone'],
  ['2018-08-06T10:41:14+0000', '2018-08-06T10:41:14.000Z', 'RDS, without a colon in the offset'],
  ['2018-08-06T10:41:14+0800', '2018-08-06T02:41:14.000Z', 'an offset that matters'],
  ['2018-08-06T10:41:14-05:30', '2018-08-06T16:11:14.000Z', 'an offset to the west'],
  ['2020-02-02 08:12:40.672772389 +0000 UTC', '2020-02-02T08:12:40.672Z', "CCE, Go's own form"],
  ['2023-11-05T01:30:00.123456789', '2023-11-05T01:30:00.123Z', 'HCS Online, nanoseconds without a zone'],
  ['2023-11-05T01:30:00.5', '2023-11-05T01:30:00.500Z', 'a fraction of one digit'],
  ['1684191545379', '2023-05-15T22:59:05.379Z', 'DCS, milliseconds since 1970 as a text'],
  ['2023-07-26 09:33:58', '2023-07-26T09:33:58.000Z', 'SFS Turbo, a blank between and no zone'],
  ['2023-07-26T09:33:58', '2023-07-26T09:33:58.000Z', 'ELB v3, without a zone'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 'a leap day'],
])('%s is %s: %s', (text, iso) => expect(parseTime(text)).toBe(iso));

test.each([
  '',
  'yesterday',
  '2016-04-25',
  '2016-13-25T20:04:47Z',
  '2016-02-30T20:04:47Z',
  '2023-02-29T00:00:00Z',
  '2016-04-25T24:04:47Z',
  '2016-04-25T20:61:47Z',
  '2016-04-25T20:04:61Z',
  '0000-01-01T00:00:00+2300',
  '9999-12-31T23:59:59-2300',
  '04-Foo-2015 18:11:06:586',
  '31-Jun-2015 18:11:06:586',
  '1700000000',
  '17000000000000',
  '-168419154537',
  // The zero of a program's clock, and its end.
  '0001-01-01T00:00:00Z',
  '0001-01-01 00:00:00 +0000 UTC',
  '0000-00-00 00:00:00',
  '1900-01-01T00:00:00Z',
  '1970-01-01T00:00:00.000Z',
  '1970-01-01 08:00:00',
  '1970-01-01T08:00:00+0800',
  '01-Jan-1970 00:00:00:000',
  '0',
  '0000000000000',
  '9999-12-31 23:59:59',
])('%j is no time', (text) => expect(parseTime(text)).toBeNull());

test('a time is read exactly if it exists, as the calendar of the platform has it', () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
  const parts = fc.tuple(fc.integer({ min: 1995, max: 2104 }), two(13), two(32), two(25), two(61), two(61));
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second]) => {
      const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
      const date = new Date(iso);
      const exists = !Number.isNaN(date.getTime()) && date.toISOString() === iso;
      const expected = exists && year >= 2000 && year <= 2099 ? iso : null;
      expect(parseTime(iso)).toBe(expected);
      expect(parseTime(iso.replace('T', ' ').replace('.000Z', ''))).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
