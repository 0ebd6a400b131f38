import { expect, it } from 'vitest';
import { remembered } from '../../lib/core/remembered.ts';

it('works a text out once while it is among the last ones, and keeps no more than twice as many', () => {
  const made: string[] = [];
  const length = remembered(3, (text) => {
    made.push(text);
    return text.length;
  });
  expect(['a', 'bb', 'a', 'a'].map(length)).toEqual([1, 2, 1, 1]);
  expect(made).toEqual(['a', 'bb']);
  for (let n = 0; n < 100; n++) length(`text ${n}`);
  expect(length('a')).toBe(1);
  expect(made.filter((text) => text === 'a')).toHaveLength(2);
});

it('keeps what is asked for again and again, however many others come', () => {
  let made = 0;
  const always = remembered(3, (text) => {
    if (text === 'mine') made += 1;
    return text;
  });
  for (let n = 0; n < 100; n++) [always('mine'), always(`other ${n}`)].at(0);
  expect(made).toBe(1);
});

it('remembers false, and asks again after what has thrown', () => {
  let asked = 0;
  const odd = remembered(3, (text) => {
    asked += 1;
    if (text === 'bad') throw new Error('bad');
    return false;
  });
  expect([odd('x'), odd('x'), asked]).toEqual([false, false, 1]);
  expect(() => odd('bad')).toThrow('bad');
  expect(() => odd('bad')).toThrow('bad');
});
