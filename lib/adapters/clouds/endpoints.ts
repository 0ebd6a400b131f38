import type { Cloud } from './dialect.ts';

/** Where the hosts of a cloud's regions are. */
interface Domain {
  regions: readonly string[];
  /** Behind `SERVICE.REGION`. */
  suffix: string;
  /** The host of the console, where people look at what they have there. */
  console: string;
  /** What the host of IAM begins with, where that is not `iam`. */
  iam?: string;
}

/**
 * The regions that a cloud runs itself under a domain of its own, by name: the pattern of a region says nothing of who runs it,
 * and credentials are sent to what is found here. Partners run `eu-west-0` (Orange), `ru-moscow-1`, `my-kualalumpur-1` and those
 * of `la-south` under domains of theirs, whatever the vendor's tables say. The vendor's tables also disagree on which services
 * of the European regions answer under `.eu`; Terraform's provider uses it for all of them, and so does this.
 */
const DOMAINS: Readonly<Record<Cloud, readonly Domain[]>> = {
  huawei: [
    { regions: ['eu-west-101'], suffix: 'myhuaweicloud.eu', console: 'console.eu.huaweicloud.com' },
    {
      regions: (
        'cn-north-1 cn-north-2 cn-north-4 cn-north-9 cn-east-2 cn-east-3 cn-east-4 cn-east-5 ' +
        'cn-south-1 cn-south-2 cn-south-4 cn-southwest-2 ' +
        'ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ' +
        'af-north-1 af-south-1 ae-ad-1 me-east-1 tr-west-1 la-north-2 na-mexico-1 sa-brazil-1'
      ).split(' '),
      suffix: 'myhuaweicloud.com',
      console: 'console.huaweicloud.com',
    },
  ],
  otc: [
    { regions: ['eu-de', 'eu-nl'], suffix: 'otc.t-systems.com', console: 'console.otc.t-systems.com' },
    {
      regions: ['eu-ch2'],
      suffix: 'sc.otc.t-systems.com',
      console: 'console.sc.otc.t-systems.com',
      iam: 'iam-pub',
    },
  ],
};

/** The regions whose hosts are known. */
export const regionsOf = (cloud: Cloud): readonly string[] =>
  DOMAINS[cloud].flatMap(({ regions }) => regions);

/**
 * Services that the cloud's list of endpoints does not have in all of its regions: those in which it has them. That list
 * does not cover `eu-ch2` at all, whose services are taken to be there.
 */
const ONLY_IN: Readonly<Record<Cloud, Readonly<Record<string, RegExp>>>> = {
  huawei: {},
  otc: { bms: /^$/, sdrs: /^eu-(de|ch2)$/, cts: /^eu-(de|ch2)$/, ddm: /^eu-(de|ch2)$/, sfs: /^eu-(de|ch2)$/ },
};

/** `https://ecs.eu-de.otc.t-systems.com`; null where it is not known. `host` is the dialect's. */
export function endpointOf(cloud: Cloud, region: string, host: string): string | null {
  const domain = domainOf(cloud, region);
  const there = ONLY_IN[cloud][host]?.test(region) ?? true;
  return domain && there ? `https://${host}.${region}.${domain.suffix}` : null;
}

export function iamOf(cloud: Cloud, region: string): string | null {
  const domain = domainOf(cloud, region);
  return domain ? `https://${domain.iam ?? 'iam'}.${region}.${domain.suffix}` : null;
}

/** `https://console.otc.t-systems.com`; null where the region is not known. */
export function consoleOf(cloud: string, region: string): string | null {
  const domain = Object.hasOwn(DOMAINS, cloud) ? domainOf(cloud as Cloud, region) : undefined;
  return domain ? `https://${domain.console}` : null;
}

const domainOf = (cloud: Cloud, region: string): Domain | undefined =>
  DOMAINS[cloud].find(({ regions }) => regions.includes(region));

/**
 * Whether a host is one of the cloud's own. Credentials go nowhere else unless the configuration says so by name: what begins
 * like a host of the cloud may end as somebody else's.
 */
export function isOwnHost(cloud: Cloud, host: string): boolean {
  return DOMAINS[cloud].some(({ suffix }) => host.toLowerCase().endsWith(`.${suffix}`));
}
