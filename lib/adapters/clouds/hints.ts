interface Hint {
  code: RegExp;
  hint: string;
}

const anyOf = (service: string, numbers: string): RegExp => new RegExp(`^${service}\\.(${numbers})$`);

/** What the services' tables of error codes advise for a job that failed, in plain words. */
const OF_JOBS: readonly Hint[] = [
  {
    code: anyOf('Ecs', '0001'),
    hint: 'The quota of servers is used up: request a higher one, or delete servers.',
  },
  {
    code: anyOf('Ecs', '0013'),
    hint: 'The quota of public addresses is used up: request a higher one, or release some.',
  },
  {
    code: anyOf('Ecs', '0021'),
    hint: 'The quota of disks is used up: request a higher one, or delete disks.',
  },
  {
    code: anyOf('Ecs', '0022'),
    hint: 'The server group is full: request a higher quota, or use another group.',
  },
  {
    code: anyOf('Ecs', '0003'),
    hint: 'Check the permissions, the balance and whether the account is frozen.',
  },
  { code: anyOf('Ecs', '0030'), hint: 'The server is frozen: check whether the account is.' },
  { code: anyOf('Ecs', '0005'), hint: 'A parameter is not valid: check the request.' },
  { code: anyOf('Ecs', '0010'), hint: 'The private address is in use: choose another one.' },
  {
    code: anyOf('Ecs', '0012'),
    hint: 'The subnet has no addresses left: release some, or use another subnet.',
  },
  { code: anyOf('Ecs', '0014|0038|0039'), hint: 'Check network, subnet, address and security group.' },
  { code: anyOf('Ecs', '0025'), hint: 'Let the disk service use the KMS key.' },
  { code: anyOf('Ecs', '0029|0036|0037'), hint: 'Choose another flavor.' },
  { code: anyOf('Ecs', '0031|0032|0034'), hint: 'The image is gone or not active: choose another one.' },
  { code: anyOf('Ecs', '0015|0043|0044'), hint: 'Choose another type of disk.' },
  {
    code: anyOf('Ecs', '0042'),
    hint: 'Too many disks for this server: detach some, or choose another flavor.',
  },
  {
    code: anyOf('Ecs', '0319'),
    hint: 'The zone has no room for this flavor: try another zone or flavor, or try later.',
  },
];

/**
 * Where there is no code, or one that says nothing: how the services, and OpenStack below them, say that a limit is reached.
 * `quota` stands before or behind that in one sentence.
 */
const REACHED =
  '(exceed|insufficient|not (be )?(enough|sufficient)|inadequate|used up|exhausted|reached|overrun|(is|are) full|too (low|small)|out of|less than|over ?limit|\\b0 (left|remaining)|no [\\w ]{0,30}left)';
/** What an account has a quota of; of retries, lengths, requests and seconds it has none. */
const THINGS =
  '(instance|server|ecs|node|cluster|disk|volume|snapshot|image|backup|share|file system|database|load balancer|listener|' +
  'network|vpc|subnet|route|port|rule|address|addresse|eip|floating ip|ip|bandwidth|core|vcpu|cpu|ram|gigabyte|key ?pair|resource)s?';
const UNCOUNTED = '(retr|attempt|character|byte|request|connection|second|minute)';
const QUOTA: readonly RegExp[] = [
  new RegExp(`quota[^.;!]{0,80}${REACHED}|${REACHED}[^.;!]{0,80}quota`, 'i'),
  /\bno (more |remaining )?(\w+ ){0,3}quotas?\b/i,
  /(Limit|Quota)Exceeded|ExceedsAvailableQuota|OverQuota|TooMany[A-Z]\w+/,
  new RegExp(
    `maximum (number|amount) of (?!${UNCOUNTED})[^.;!]{1,80} (is |was |has been |have been )?(exceeded|reached)`,
    'i',
  ),
  new RegExp(
    `(exceed|reach)(s|es|ed|ing)? (the |its |your )?max(imum)? (number|amount|count) of (?!${UNCOUNTED})`,
    'i',
  ),
  new RegExp(`(number|amount|count) of (?!${UNCOUNTED})[^.;!]{1,80} (has |have )?(reach|exceed)`, 'i'),
  new RegExp(`\\b${THINGS} limit (is |was |has been )?(exceeded|reached)|\\btoo many ${THINGS}\\b`, 'i'),
  /配额(不足|已满|已用完|超)|超[出过][^。；]{0,40}配额|(数量|个数)[^。；]{0,20}(超[出过]|达到)[^。；]{0,10}(上限|限制|最大)/,
];
/** Words that a check was passed. */
const NOT_REACHED = /\b(not|never|without|n't) (been |be |yet )*exceed/i;
/** Reasons of any length come in, and the words stand at the beginning. */
const SEARCHED = 2_000;
function usedUp(reason: string): boolean {
  const words = reason.slice(0, SEARCHED);
  return !NOT_REACHED.test(words) && QUOTA.some((form) => form.test(words));
}
const QUOTA_HINT = 'A quota is used up: request a higher one, or free what it counts.';

/** What to do about a failed job; null where nothing better is known than what the cloud says. */
export function jobHint(code: string | null, reason: string | null): string | null {
  const known = OF_JOBS.find((one) => code !== null && one.code.test(code))?.hint;
  return known ?? (usedUp(reason ?? '') ? QUOTA_HINT : null);
}

/** The gateway in front of the services has three names (platform, product, ROMA); its numbers agree. */
export const gateway = (numbers: string): RegExp => new RegExp(`^(APIGW|APIG|APIC)\\.(${numbers})$`);

const OF_QUESTIONS: readonly Hint[] = [
  { code: gateway('0101'), hint: 'check endpoint and dialect' },
  { code: gateway('0301|0303'), hint: 'check the credentials' },
  { code: gateway('0307'), hint: 'a new token is needed' },
  { code: /^Common\.0013$/, hint: 'check the credentials' },
  { code: /^(Common\.0018|Ecs\.0023)$/, hint: 'the credentials are of another project' },
  { code: /^(Pdp\.\d+|Ecs\.0110)$/, hint: 'grant the user the right to read jobs' },
  {
    code: gateway('0302|0306|0310'),
    hint: 'check the permissions, and whether account and project are active',
  },
];

/** What to do about a request that was refused, as a few words; null where it passes by itself. */
export const questionHint = (codes: readonly string[]): string | null =>
  OF_QUESTIONS.find(({ code }) => codes.some((found) => code.test(found)))?.hint ?? null;
