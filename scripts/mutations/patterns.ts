import type { Mutation } from './mutation.ts';

const MATCH = 'lib/core/notify/pattern/match.ts';
const OPERATORS = 'lib/core/notify/pattern/operators.ts';
const BY_PATTERN = ['tests/core/notify/pattern.test.ts', 'tests/core/notify/pattern-properties.test.ts'];

/** A pattern means what it means at EventBridge. */
export const PATTERNS: readonly Mutation[] = [
  {
    name: 'pattern-missing-matches',
    rule: 'A field that is missing does not match.',
    file: MATCH,
    find: "return leaf.mayBeAbsent ? 'absent' : 'no';",
    put: "return 'absent';",
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-any-field',
    rule: 'All fields must match.',
    file: MATCH,
    find: `function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no';`,
    put: 'function all(verdicts: readonly Verdict[]): Verdict {',
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-across-elements',
    rule: 'What is wanted of a list must be true of one element.',
    file: MATCH,
    find: 'if (listed.length === 0 || holds(listed, event)) return true;',
    put: 'if (listed.every((leaf) => holds([leaf], event))) return true;',
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-inherited-fields',
    rule: 'A field is there only if the event itself has it.',
    file: MATCH,
    find: 'isRecord(owner) && Object.hasOwn(owner, name) ?',
    put: 'isRecord(owner) ?',
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-numeric-bound',
    rule: 'A bound that is included is included.',
    file: OPERATORS,
    find: "'>=': (value, bound) => value >= bound",
    put: "'>=': (value, bound) => value > bound",
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-anything-but-all',
    rule: 'Anything but a list excludes each of the list.',
    file: OPERATORS,
    find: '!refused.some(',
    put: '!refused.every(',
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-case',
    rule: 'Case is ignored where that is asked for.',
    file: OPERATORS,
    find: 'fold(text) === fold(wanted)',
    put: 'text === wanted',
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-wildcard-overlap',
    rule: 'The end of a wildcard is not used twice.',
    file: 'lib/core/notify/pattern/wildcard.ts',
    find: 'if (at === -1 || at + piece.length > end) return false;',
    put: 'if (at === -1) return false;',
    tests: BY_PATTERN,
  },
  {
    name: 'pattern-any-network',
    rule: 'An address belongs to its network only.',
    file: 'lib/core/notify/pattern/cidr.ts',
    find: 'address.match(network, prefix)',
    put: 'address.match(network, 0)',
    tests: BY_PATTERN,
  },
];
