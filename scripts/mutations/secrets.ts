import type { Mutation } from './mutation.ts';

const KNOWN = 'lib/adapters/platform/secrets.ts';
const BY_SECRETS = ['tests/adapters/platform/secrets.test.ts'];
const BY_RECEIPT = ['tests/adapters/channels/redact.test.ts'];

/** No secret reaches a log, an error, an event or a message. */
export const SECRETS: readonly Mutation[] = [
  {
    name: 'redact-plain-alone',
    rule: 'A secret is hidden where it stands encoded.',
    file: KNOWN,
    find: `    Buffer.from(value).toString('base64url'),
`,
    put: '',
    tests: BY_SECRETS,
  },
  {
    name: 'redact-url-as-written',
    rule: 'A secret is hidden in a URL whatever the case of its escapes.',
    file: KNOWN,
    find: `    url.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
`,
    put: '',
    tests: BY_SECRETS,
  },
  {
    name: 'redact-json',
    rule: 'A secret is hidden in JSON.',
    file: KNOWN,
    find: `    JSON.stringify(value).slice(1, -1),
`,
    put: '',
    tests: BY_SECRETS,
  },
  {
    name: 'redact-shortest-first',
    rule: 'A secret that begins with another one is hidden whole.',
    file: KNOWN,
    find: 'for (const form of [...new Set(forms)].toSorted((a, b) => b.length - a.length)) {',
    put: 'for (const form of [...new Set(forms)].toSorted((a, b) => a.length - b.length)) {',
    tests: BY_SECRETS,
  },
  {
    name: 'redact-path-of-slack',
    rule: "The path of Slack's webhooks is a secret by itself.",
    file: KNOWN,
    find: '[url.pathname.slice(1)] : []',
    put: '[] : []',
    tests: BY_SECRETS,
  },
  {
    name: 'redact-door',
    rule: 'What the door says of trouble is redacted.',
    file: 'lib/adapters/platform/http.ts',
    find: 'detail: redact(detail),',
    put: 'detail,',
    tests: ['tests/adapters/platform/http.test.ts', 'tests/secrets.test.ts'],
  },
  {
    name: 'redact-first-alone',
    rule: 'Receipts hide a secret wherever it stands.',
    file: 'lib/adapters/channels/redact.ts',
    find: "t.replaceAll(secret, '[redacted]')",
    put: "t.replace(secret, '[redacted]')",
    tests: BY_RECEIPT,
  },
  {
    name: 'redact-cut-first',
    rule: 'Hiding comes before cutting.',
    file: 'lib/adapters/channels/redact.ts',
    find: "'[redacted]'), text)",
    put: "'[redacted]'), truncate(text, MAX.text))",
    tests: BY_RECEIPT,
  },
  {
    name: 'redact-shapes',
    rule: 'What looks like a secret of others is hidden too.',
    file: 'lib/adapters/channels/redact.ts',
    find: 'line(hideShapes(longestFirst',
    put: 'line(String(longestFirst',
    tests: BY_RECEIPT,
  },
  {
    name: 'redact-pieces-of-url',
    rule: 'A piece of a URL may let one in.',
    file: 'lib/adapters/channels/redact.ts',
    find: ', url.pathname, ...pieces, ...pieces.map(decoded)]',
    put: ']',
    tests: BY_RECEIPT,
  },
];
