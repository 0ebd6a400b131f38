import type { Cloud } from './dialect.ts';

/** Where the hosts of a cloud's regions are, by a pattern of the region; the first that fits. */
interface Domain {
  region: RegExp;
  /** Behind `SERVICE.REGION`. */
  suffix: string;
  /** What the host of IAM begins with, where that is not `iam`. */
  iam?: string;
}

/**
 * The vendor's own tables disagree on which services of the European regions answer under `.eu`; Terraform's provider uses it
 * for all of them, and so does this. `eu-west-0` is run by Orange under a domain of its own, which has to be configured.
 */
const DOMAINS: Readonly<Record<Cloud, readonly Domain[]>> = {
  huawei: [
    { region: /^eu-west-1\d\d$/, suffix: 'myhuaweicloud.eu' },
    { region: /^[a-z]{2}-[a-z]+(-[a-z]+)?-\d+$/, suffix: 'myhuaweicloud.com' },
  ],
  otc: [
    { region: /^eu-(de|nl)$/, suffix: 'otc.t-systems.com' },
    { region: /^eu-ch2$/, suffix: 'sc.otc.t-systems.com', iam: 'iam-pub' },
  ],
};

/**
 * Services that the cloud's list of endpoints does not have in all of its regions: those in which it has them. That list
 * does not cover `eu-ch2` at all, whose services are taken to be there.
 */
const ONLY_IN: Readonly<Record<Cloud, Readonly<Record<string, RegExp>>>> = {
  huawei: {},
  otc: { bms: /^$/, sdrs: /^eu-(de|ch2)$/ },
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

const domainOf = (cloud: Cloud, region: string): Domain | undefined =>
  DOMAINS[cloud].find((domain) => domain.region.test(region));

/**
 * Whether a host is one of the cloud's own. Credentials go nowhere else unless the configuration says so by name: what begins
 * like a host of the cloud may end as somebody else's.
 */
export function isOwnHost(cloud: Cloud, host: string): boolean {
  return DOMAINS[cloud].some(({ suffix }) => host.toLowerCase().endsWith(`.${suffix}`));
}
