/**
 * What a failed job died of, where that is well known. Which codes and words mean it stands here, what is said of it in each
 * language in lib/core/notify/texts/causes.ts.
 */
export type Cause =
  | 'quota'
  | 'quota_servers'
  | 'quota_addresses'
  | 'quota_disks'
  | 'group_full'
  | 'account'
  | 'frozen'
  | 'parameter'
  | 'address_in_use'
  | 'subnet_full'
  | 'network'
  | 'kms'
  | 'flavor'
  | 'image'
  | 'disk_type'
  | 'too_many_disks'
  | 'no_room';

/** By the services' own tables of error codes: numbers behind the name of the service. */
const BY_CODE: readonly [service: string, numbers: string, Cause][] = [
  ['Ecs', '0001', 'quota_servers'],
  ['Ecs', '0013', 'quota_addresses'],
  ['Ecs', '0021', 'quota_disks'],
  ['Ecs', '0022', 'group_full'],
  ['Ecs', '0003', 'account'],
  ['Ecs', '0030', 'frozen'],
  ['Ecs', '0005', 'parameter'],
  ['Ecs', '0010', 'address_in_use'],
  ['Ecs', '0012', 'subnet_full'],
  ['Ecs', '0014 0038 0039', 'network'],
  ['Ecs', '0025', 'kms'],
  ['Ecs', '0029 0036 0037', 'flavor'],
  ['Ecs', '0031 0032 0034', 'image'],
  ['Ecs', '0015 0043 0044', 'disk_type'],
  ['Ecs', '0042', 'too_many_disks'],
  ['Ecs', '0319', 'no_room'],
];
const CODES: ReadonlyMap<string, Cause> = new Map(
  BY_CODE.flatMap(([service, numbers, cause]) =>
    numbers.split(' ').map((number) => [`${service}.${number}`, cause] as const),
  ),
);

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

/** No host of the zone has room. */
const NO_ROOM =
  /\bno valid host\b|\bno host (has|with|can|is)\b|\b(flavor|flavour|instance type|resource)s?\b[^.;!]{0,60}\bsold out\b|\bcapacity is (not enough|insufficient)|\binsufficient (host )?capacity\b|(规格|资源)[^。；]{0,20}(售罄|不足)/i;

/** Reasons of any length come in, and the words stand at the beginning. */
const SEARCHED = 2_000;

/** Null where nothing better is known than what the cloud says. */
export function causeOf(code: string | null, reason: string | null): Cause | null {
  const known = code !== null && CODES.get(code);
  if (known) return known;
  const words = (reason ?? '').slice(0, SEARCHED);
  if (!NOT_REACHED.test(words) && QUOTA.some((form) => form.test(words))) return 'quota';
  return NO_ROOM.test(words) ? 'no_room' : null;
}
