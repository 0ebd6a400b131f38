import { remembered } from '../../core/remembered.ts';

/**
 * Secrets of others, which are in no configuration: clouds quote what somebody sent them, with names or without. Known by what they
 * follow and by how they look. Ids (UUIDs, hexadecimal ones, those of RDS with `in03` behind) and sentences about passwords
 * stay as they are: a reason that cannot be read helps nobody.
 */
export const hideShapes = (text: string): string => (HARMLESS.test(text) ? text : hideByRules(text));

/** By the rules alone. */
export const hideByRules = (text: string): string =>
  RULES.reduce((left, [pattern, replace]) => left.replaceAll(pattern, replace), text);

/**
 * What no rule below changes, since nearly all that a cloud says is of this kind: a word too short for any token, an id in
 * hexadecimal, a time.
 */
const HARMLESS = /^(?:\w{0,19}|[0-9a-f-]{0,63}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)$/;

/** Whether what stands under this name in a structure is a secret, whatever it looks like. */
export const namesSecret = (name: string): boolean => isSecretName(name);

const HIDDEN = '[redacted]';

/** Headers, and fields of requests. `secret_key`, `secret-key`, `secretKey` and `SecretKey` are one name. */
const NAMES = [
  'x[-_]?(?:auth|subject|security|service|amz[-_]security)[-_]?token',
  '(?:access|auth|bearer|id|iam|refresh|security|session)?[-_]?token',
  '(?:[a-z]{1,20}[-_]?)?(?:password|passwd|passphrase|pwd)',
  'admin[-_]?pass',
  '(?:client|shared)?[-_]?secret(?:[-_]?(?:access)?[-_]?key)?',
  '(?:api|private|signing)[-_]?key',
  'access[-_]?key(?:[-_]?id)?',
  'webhook[-_]signature',
  '(?:set[-_])?cookie',
  'ak|sk',
  // As messages of these clouds are written, too.
  '密码|口令|令牌',
  'passwort|kennwort',
].join('|');
const ONLY_NAME = new RegExp(`^(?:${NAMES}|(?:proxy[-_])?authorization)$`, 'i');
/** The names of fields are few, and come again with every answer. */
const isSecretName = remembered(500, (name) => ONLY_NAME.test(name));

/** Quotes, also escaped in JSON within JSON, and the brackets of lists of values. */
const AROUND = String.raw`[\\"'\`\s[({<]{0,8}`;
/** Between a name and its value: `name: value`, `"name":"value"`, `name => value`, `["name", "value"]`, `<name>value`. */
const BETWEEN = String.raw`(?:[\\"'\`\])]{0,6}\s{0,4}(?:[=-]>|:=|[:=：＝>→]|[为是](?=[!-~])|%3[AD])${AROUND}|[\\"'\`]{1,4}\s{0,4},\s{0,4}[\\"'\`]{1,4})`;
const BEFORE = String.raw`(?<![A-Za-z0-9])`;

/** Words of a sentence that goes on behind the name: `password: must have 8 characters`. */
const SENTENCE = `(?:${[
  'a|an|and|any|are|as|at|be|been|but|by|can|cannot|could|do|does|for|from|had|has|have|if|in|is|it|its|may|must|no|not',
  'of|on|only|or|please|should|than|that|the|this|to|too|was|were|which|will|with|without|you|your',
  'authentication|denied|does|empty|error|expired|failed|fails|failure|field|header|illegal|incorrect|information|invalid',
  'length|missing|none|null|parameter|permission|policy|redacted|rejected|required|undefined|unknown|unauthorized|user|verification|wrong',
].join('|')})(?![\\w-])`;
const SENTENCE_HERE = new RegExp(`^${SENTENCE}`, 'i');

/** What is quoted may have spaces; what is not ends where the next thing begins. */
const VALUE = String.raw`[^\s"'\`\\,;&<>(){}[\]]{1,40000}`;
const QUOTED = String.raw`(?<=")[^"\\\n]{1,40000}(?=\\{0,3}")|(?<=')[^'\\\n]{1,40000}(?=\\{0,3}')`;
/** The scheme of a login and what belongs to it: `SDK-HMAC-SHA256 Access=..., SignedHeaders=..., Signature=...`. */
const LOGIN = String.raw`(?:[A-Za-z][\w-]{1,40}\s{1,4})?(?:[\w-]{1,40}=[^\s,"']{1,9000}(?:,\s{0,4}|\s(?=[\w-]{1,40}=))?){1,20}`;
const SCHEMES = 'Basic|Bearer|Digest|Negotiate|NTLM';

type Replace = (match: string, ...groups: string[]) => string;
const keepSentences: Replace = (match, lead = '', value = '') =>
  SENTENCE_HERE.test(value) ? match : lead + HIDDEN;

const RULES: readonly (readonly [RegExp, Replace])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}-----|$)/g, () => HIDDEN],
  [
    new RegExp(
      `(${BEFORE}(?:proxy[-_])?authorization${BETWEEN})((?:${SCHEMES})\\s{1,4}${VALUE}|${LOGIN}|${QUOTED}|${VALUE})`,
      'gi',
    ),
    keepSentences,
  ],
  [new RegExp(`(${BEFORE}(?:${NAMES})${BETWEEN})(${QUOTED}|${VALUE})`, 'gi'), keepSentences],
  // Without a sign between them: `password hunter2`, `X-Auth-Token was MII...`; an ordinary word goes on with the sentence.
  [
    new RegExp(
      `(${BEFORE}(?:${NAMES})(?:\\s{1,4}(?:is|was|set to|to|-))?\\s{1,4}${AROUND})(?=[^\\s"']{0,60}[0-9!#$%^*+/@=])(${VALUE})`,
      'gi',
    ),
    keepSentences,
  ],
  [new RegExp(`(\\b(?:Access|Credential|Signature)(?:=|%3D))(${VALUE})`, 'g'), (_, lead) => lead + HIDDEN],
  [new RegExp(`(\\b(?:${SCHEMES})\\s{1,4})([\\w+/=.~-]{16,40000})`, 'g'), (_, lead) => lead + HIDDEN],
  // Whom a URL logs in as: `https://user:password@host`.
  [
    /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#@:"']{0,200}:)[^\s/?#@"']{1,500}(?=@)/gi,
    (_, lead) => lead + HIDDEN,
  ],
  [/(\/api\/webhooks\/\d{1,30}\/)[\w-]{8,200}/g, (_, lead) => lead + HIDDEN],
  // Webhooks of Teams, WeCom, Feishu and Lark.
  [/([?&]sig=)[^\s&"'\\]{8,500}/g, (_, lead) => lead + HIDDEN],
  [/(\/webhook\/send\?key=)[\w-]{8,200}/g, (_, lead) => lead + HIDDEN],
  [/(\/bot\/(?:v\d\/)?hook\/)[\w-]{8,200}/g, (_, lead) => lead + HIDDEN],
  [/(hooks\.slack(?:-gov)?\.com\/)[\w/-]{8,200}/g, (_, lead) => lead + HIDDEN],
  // JSON Web Tokens; then what others mark as secret by its beginning.
  [/\beyJ[\w-]{8,20000}\.[\w-]{2,40000}(?:\.[\w-]{0,9000})?/g, () => HIDDEN],
  [/\bv1a?,[A-Za-z0-9+/]{40,100}={0,2}/g, () => HIDDEN],
  [
    /\b(?:MII[\w+/=-]{20,60000}|gAAAA[\w=-]{20,9000}|whsec_[\w+/=-]{16,200}|jct_[0-9a-f]{16}_[0-9a-f]{64}|xox[a-z]-[\w-]{10,300}|gh[a-z]_[A-Za-z0-9]{20,255}|glpat-[\w-]{16,200}|AKIA[A-Z0-9]{16})/g,
    () => HIDDEN,
  ],
  [/(?<!sha(?:256|384|512)[:=])(?<![\w+/=-])[\w+/=-]{20,}/gi, (run) => (isRandom(run) ? HIDDEN : run)],
];

/** A stretch without separators that is too long for an id, or so mixed that nobody can have named anything like it. */
function isRandom(run: string): boolean {
  const pieces = run.split(/[^A-Za-z0-9]+/);
  if (pieces.some((piece) => piece.length >= 64 && isHex(piece))) return true;
  const others = pieces.filter((piece) => !isHex(piece));
  const longest = others.reduce((a, b) => (b.length > a.length ? b : a), '');
  const digits = longest.replaceAll(/\D/g, '').length;
  // `xxxx...` fills a text and is no secret.
  if (new Set(longest).size > 10 && longest.length >= (digits >= 4 ? 48 : 100)) return true;
  const all = others.join('');
  if (longest.length < 16 || all.length < 20) return false;
  const mixed = [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(all));
  // Three standard deviations below what random text of this length has.
  const few = Math.min(0.45, Math.max(0.36, 0.62 - 1.6 / Math.sqrt(all.length)));
  return mixed && changes(all) >= few * all.length;
}

const isHex = (piece: string): boolean => /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(piece);

/** How often the next character is of another kind. Random text does so at three of five; words joined in capitals at one. */
const changes = (text: string): number =>
  [...text].filter((char, i) => i > 0 && kindOf(char) !== kindOf(text[i - 1]!)).length;
const kindOf = (char: string): string => (/\d/.test(char) ? '0' : char < 'a' ? 'A' : 'a');
