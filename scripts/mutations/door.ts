import type { Mutation } from './mutation.ts';

const GUARD = 'lib/adapters/platform/address.ts';
const ADDRESSES = 'lib/core/input/public-address.ts';
const BY_ADDRESS = ['tests/adapters/platform/address.test.ts'];

/** The one door out leads to public addresses only, and always comes back. */
export const DOOR: readonly Mutation[] = [
  {
    name: 'guard-ranges',
    rule: 'No private or reserved address is public.',
    file: ADDRESSES,
    find: "ip.range() !== 'unicast' || ",
    put: '',
    tests: BY_ADDRESS,
  },
  {
    name: 'guard-wire-server',
    rule: "The wire server of a cloud's hosts is not public.",
    file: ADDRESSES,
    find: ' || isWithin(ip, EXCEPTION)',
    put: '',
    tests: BY_ADDRESS,
  },
  {
    name: 'guard-ipv6-in-other-clothes',
    rule: 'Of IPv6 only what is given out is public.',
    file: ADDRESSES,
    find: "ip.kind() === 'ipv4' || isWithin(ip, GLOBAL_IPV6)",
    put: 'true',
    tests: BY_ADDRESS,
  },
  {
    name: 'guard-literal',
    rule: 'A literal address is checked although nobody resolves it.',
    file: GUARD,
    find: 'if (isIP(target.hostname) && !isPublic(target.hostname)) return callback(blocked(), null);',
    put: '',
    tests: BY_ADDRESS,
  },
  {
    name: 'guard-any-address-of-a-name',
    rule: 'One private address spoils the whole answer.',
    file: GUARD,
    find: '!addresses.every(({ address }) => mayDial(address))',
    put: '!addresses.some(({ address }) => mayDial(address))',
    tests: BY_ADDRESS,
  },
  {
    name: 'guard-neighbours',
    rule: 'Who may be private opens no door for others.',
    file: GUARD,
    find: 'if (allowPrivate(target.hostname)) return open(target, callback);',
    put: "if (allowPrivate('allowed.test')) return open(target, callback);",
    tests: BY_ADDRESS,
  },
  {
    name: 'guard-proxy-resolves',
    rule: 'A proxy is led to an address that was checked.',
    file: GUARD,
    find: `if (isPublic(hostname)) return hostname;
      throw blocked();`,
    put: 'return hostname;',
    tests: ['tests/wire/attack-table.test.ts', 'tests/wire/network.test.ts'],
  },
  {
    name: 'door-body-at-the-edge',
    rule: 'A body of exactly the limit is whole.',
    file: 'lib/adapters/platform/http/exchange.ts',
    find: 'if (this.#left >= 0) return;',
    put: 'if (this.#left > 0) return;',
    tests: ['tests/adapters/platform/http.test.ts'],
  },
  {
    name: 'door-body-without-limit',
    rule: 'A body beyond the limit is not read.',
    file: 'lib/adapters/platform/http/exchange.ts',
    find: 'if (this.#left >= 0) return;',
    put: 'if (this.#left !== null) return;',
    tests: ['tests/adapters/platform/http.test.ts'],
  },
  {
    name: 'door-body-uncut',
    rule: 'Of a body no more than the limit is kept.',
    file: 'lib/adapters/platform/http/exchange.ts',
    find: 'const kept = chunk.subarray(0, this.#left);',
    put: 'const kept = chunk;',
    tests: ['tests/adapters/platform/http.test.ts'],
  },
  {
    name: 'door-late-connection',
    rule: 'What nobody waits for any more is not sent once there is a connection.',
    file: 'lib/adapters/platform/http/exchange.ts',
    find: "if (!this.#ended) return controller.abort(new Error('nobody waits for it any more'));",
    put: '',
    tests: ['tests/adapters/platform/http.test.ts'],
  },
  {
    name: 'door-without-deadline',
    rule: 'An exchange ends with its deadline.',
    file: 'lib/adapters/platform/http.ts',
    find: "setTimeout(() => one.end('timeout'), deadlineMs)",
    put: 'setTimeout(() => {}, deadlineMs)',
    tests: ['tests/adapters/platform/http.test.ts'],
  },
  {
    name: 'door-without-signal',
    rule: 'An exchange ends where there is no time left for it.',
    file: 'lib/adapters/platform/http.ts',
    find: "signal?.addEventListener('abort', stop);",
    put: '',
    tests: ['tests/adapters/platform/http.test.ts'],
  },
];
