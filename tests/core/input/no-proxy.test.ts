import { describe, expect, it } from 'vitest';
import { isStraight, readNoProxy } from '../../../lib/core/input/no-proxy.ts';

describe('NO_PROXY', () => {
  it.each([
    ['*', 'any.example', '443'],
    ['internal', 'internal', '443'],
    ['internal', 'a.internal', '443'],
    ['.internal', 'a.internal', '443'],
    ['.internal', 'internal', '443'],
    ['*.internal', 'a.b.internal', '443'],
    ['Internal', 'A.INTERNAL', '443'],
    ['a.internal:8443', 'a.internal', '8443'],
    ['10.0.0.5', '10.0.0.5', '443'],
    ['10.0.0.0/8', '10.1.2.3', '443'],
    ['10.0.0.0/8:443', '10.1.2.3', '443'],
    ['::1', '::1', '443'],
    ['[::1]:8443', '::1', '8443'],
    ['fd00::/8', 'fd00::5', '443'],
    ['localhost,127.0.0.1', '127.0.0.1', '80'],
    ['a, b  c', 'c', '80'],
  ])('%s leaves the proxy out for %s port %s', (list, host, port) => {
    expect(isStraight(readNoProxy(list), host, port)).toBe(true);
  });

  it.each([
    ['', 'any.example', '443'],
    ['internal', 'notinternal', '443'],
    ['internal', 'internal.example', '443'],
    ['a.internal:8443', 'a.internal', '443'],
    ['0.0.5', '10.0.0.5', '443'],
    ['10.0.0.0/8', '11.1.2.3', '443'],
    ['10.0.0.0/8', 'fd00::5', '443'],
    ['10.0.0.0/99', '10.0.0.1', '443'],
    ['10.0.0.0/8', 'ten.example', '443'],
    ['.', 'any.example', '443'],
    ['[', '[', '443'],
  ])('%s does not for %s port %s', (list, host, port) => {
    if (list === '[') return expect(() => isStraight(readNoProxy(list), 'x', port)).not.toThrow();
    return expect(isStraight(readNoProxy(list), host, port)).toBe(false);
  });
});
