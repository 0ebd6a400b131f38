import { expect, it } from 'vitest';
import { parseJson } from '../../lib/core/parse-json.ts';

it.each([
  ['null', null],
  ['0', 0],
  ['""', ''],
  [' {"a":[1]} ', { a: [1] }],
])('%s is JSON', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

it.each(['', ' ', '{', 'undefined', "{'a':1}", '{"a":1}x'])('"%s" is none, which no JSON says', (text) => {
  expect(parseJson(text)).toBeUndefined();
});
