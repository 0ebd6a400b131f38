/**
 * What a failed job died of, where that is well known. Which codes and words mean it stands here, what is said of it in each
 * language in lib/core/notify/texts/causes.ts.
 */
export type Cause =
  | 'quota'
  | 'quota_servers'
  | 'quota_addresses'
  | 'quota_disks'
  | 'quota_cores'
  | 'quota_memory'
  | 'quota_capacity'
  | 'quota_images'
  | 'quota_instances'
  | 'cluster_full'
  | 'permission'
  | 'balance'
  | 'identity'
  | 'suspended'
  | 'password'
  | 'key_pair'
  | 'server_state'
  | 'server_gone'
  | 'server_locked'
  | 'disk_failed'
  | 'disk_state'
  | 'disk_sold_out'
  | 'disk_taken'
  | 'too_many_nics'
  | 'image_file'
  | 'busy'
  | 'address_taken'
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
  ['Ecs', '0003', 'account'],
  ['Ecs', '0005', 'parameter'],
  ['Ecs', '0010', 'address_in_use'],
  ['Ecs', '0011', 'password'],
  ['Ecs', '0012', 'subnet_full'],
  ['Ecs', '0013', 'quota_addresses'],
  ['Ecs', '0014 0038 0039 0064', 'network'],
  ['Ecs', '0015 0043', 'disk_type'],
  ['Ecs', '0021', 'quota_disks'],
  ['Ecs', '0022', 'group_full'],
  ['Ecs', '0025', 'kms'],
  ['Ecs', '0029 0036 0037', 'flavor'],
  ['Ecs', '0030', 'frozen'],
  ['Ecs', '0031 0032 0034 0048', 'image'],
  ['Ecs', '0042 0104', 'too_many_disks'],
  ['Ecs', '0044', 'disk_sold_out'],
  ['Ecs', '0050', 'too_many_nics'],
  ['Ecs', '0057', 'disk_taken'],
  ['Ecs', '0066', 'identity'],
  ['Ecs', '0067 0069 0070', 'balance'],
  ['Ecs', '0071', 'suspended'],
  ['Ecs', '0073 0603', 'busy'],
  ['Ecs', '0100', 'server_state'],
  ['Ecs', '0101 0102 0103', 'disk_state'],
  ['Ecs', '0110', 'permission'],
  ['Ecs', '0114 0614', 'server_gone'],
  ['Ecs', '0314', 'key_pair'],
  ['Ecs', '0319', 'no_room'],
  ['Ecs', '0605', 'server_locked'],
  ['EVS', '1034 5413', 'quota_disks'],
  ['EVS', '1042', 'quota_capacity'],
  ['EVS', '1046 1048 1064 1065 2021 2025 2026', 'disk_state'],
  ['EVS', '2024', 'disk_failed'],
  ['EVS', '2040', 'kms'],
  ['EVS', '2070 2071', 'disk_type'],
  ['EVS', '2072', 'disk_sold_out'],
  ['EVS', '2143', 'kms'],
  ['EVS', '2144 2145', 'suspended'],
  ['EVS', '1012 5403', 'permission'],
  ['IMG', '0005', 'server_gone'],
  ['IMG', '0008 0126', 'server_state'],
  ['IMG', '0010 0139', 'busy'],
  ['IMG', '0015', 'quota_images'],
  ['IMG', '0022 0110', 'disk_state'],
  ['IMG', '0027 0144', 'image'],
  ['IMG', '0057 0059', 'image_file'],
  ['IMG', '0095 0099', 'kms'],
  ['BMS', '0004 0213 0288', 'permission'],
  ['BMS', '0005', 'account'],
  ['BMS', '0012', 'subnet_full'],
  ['BMS', '0017 0078', 'quota_addresses'],
  ['BMS', '0025', 'quota_servers'],
  ['BMS', '0026', 'quota_cores'],
  ['BMS', '0027', 'quota_memory'],
  ['BMS', '0028 0029 0030 0031', 'quota'],
  ['BMS', '0040', 'server_gone'],
  ['BMS', '0054', 'no_room'],
  ['BMS', '1002', 'too_many_disks'],
  ['BMS', '1003 1011', 'disk_state'],
  ['BMS', '1009', 'disk_taken'],
  ['VPC', '0502 2701', 'account'],
  ['VPC', '0510', 'address_taken'],
  ['VPC', '0010 2201', 'permission'],
  ['DBS', '200046 290003', 'quota_instances'],
  ['DBS', '216028', 'quota'],
  ['DBS', '280450', 'no_room'],
  ['DCS', '4035 4039', 'quota_instances'],
  ['DCS', '4036', 'quota_memory'],
  ['DCS', '4054', 'no_room'],
  ['DCS', '4911', 'subnet_full'],
  ['DCS', '2003 2007 3002 3003', 'permission'],
  ['SFS.TURBO', '0010 0039 0040', 'quota'],
  ['SFS.TURBO', '0015', 'permission'],
  ['SFS.TURBO', '0029', 'subnet_full'],
  ['SFS.TURBO', '0030', 'no_room'],
  ['SFS.TURBO', '0032', 'disk_sold_out'],
  ['CCE', '01400007 01400011 01400019 01400020', 'quota'],
  ['CCE', '01400008', 'quota_servers'],
  ['CCE', '01400009', 'quota_cores'],
  ['CCE', '01400010', 'quota_memory'],
  ['CCE', '01400012', 'quota_addresses'],
  ['CCE', '01400013', 'quota_disks'],
  ['CCE', '01400014', 'cluster_full'],
  ['SDRS', '0004 0005 0009', 'permission'],
  ['SDRS', '0209', 'server_state'],
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

/** What OpenStack and the services say without a code of their own. */
const SAID: readonly [form: RegExp, Cause][] = [
  [NO_ROOM, 'no_room'],
  [
    /\bno more ip addresses\b|\bsubnet\b[^.;!]{0,60}\b(no|not enough|insufficient)\b[^.;!]{0,30}\b(ip|address)|\binsufficient ip addresses\b|子网[^。；]{0,20}(IP|地址)[^。；]{0,10}不足/i,
    'subnet_full',
  ],
  [/\binsufficient (account )?balance\b|\bbalance is insufficient\b|余额不足/i, 'balance'],
  [/\bpolicy (does not|doesn't) allow\b|\binsufficient permissions?\b|权限不足/i, 'permission'],
];

/** Reasons of any length come in, and the words stand at the beginning. */
const SEARCHED = 2_000;

/** Null where nothing better is known than what the cloud says. */
export function causeOf(code: string | null, reason: string | null): Cause | null {
  const known = code !== null && CODES.get(code);
  if (known) return known;
  const words = (reason ?? '').slice(0, SEARCHED);
  if (!NOT_REACHED.test(words) && QUOTA.some((form) => form.test(words))) return 'quota';
  return SAID.find(([form]) => form.test(words))?.[1] ?? null;
}
