import type { Cause } from '../../jobs/causes.ts';
import type { Lang } from '../reader.ts';

/** What it is, and what to do: the second goes on after a colon. */
export interface CauseTexts {
  what: string;
  todo: string;
}

export const CAUSES: Readonly<Record<Cause, Readonly<Record<Lang, CauseTexts>>>> = {
  quota: {
    en: { what: 'a quota is used up', todo: 'request a higher quota, or free what it counts.' },
    de: {
      what: 'ein Kontingent ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Ressourcen freigeben.',
    },
    zh: { what: '配额已用完', todo: '请申请提高配额，或释放占用配额的资源。' },
  },
  quota_servers: {
    en: { what: 'the quota of servers is used up', todo: 'request a higher quota, or delete servers.' },
    de: {
      what: 'das Kontingent an Servern ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Server löschen.',
    },
    zh: { what: '云服务器配额已用完', todo: '请申请提高配额，或删除不用的云服务器。' },
  },
  quota_addresses: {
    en: {
      what: 'the quota of public addresses is used up',
      todo: 'request a higher quota, or release addresses.',
    },
    de: {
      what: 'das Kontingent an öffentlichen Adressen ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Adressen freigeben.',
    },
    zh: { what: '弹性公网 IP 配额已用完', todo: '请申请提高配额，或释放不用的弹性公网 IP。' },
  },
  quota_disks: {
    en: { what: 'the quota of disks is used up', todo: 'request a higher quota, or delete disks.' },
    de: {
      what: 'das Kontingent an Datenträgern ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Datenträger löschen.',
    },
    zh: { what: '云硬盘配额已用完', todo: '请申请提高配额，或删除不用的云硬盘。' },
  },
  group_full: {
    en: { what: 'the server group is full', todo: 'request a higher quota, or use another group.' },
    de: {
      what: 'die Servergruppe ist voll',
      todo: 'ein höheres Kontingent beantragen oder eine andere Gruppe verwenden.',
    },
    zh: { what: '云服务器组已满', todo: '请申请提高配额，或使用其他云服务器组。' },
  },
  account: {
    en: {
      what: 'the account may not do this',
      todo: 'check the permissions, the balance and whether the account is frozen.',
    },
    de: {
      what: 'das Konto darf das nicht',
      todo: 'Berechtigungen und Guthaben prüfen, und ob das Konto eingefroren ist.',
    },
    zh: { what: '账号无权执行该操作', todo: '请检查权限、余额以及账号是否被冻结。' },
  },
  frozen: {
    en: { what: 'the server is frozen', todo: 'check whether the account is frozen.' },
    de: { what: 'der Server ist eingefroren', todo: 'prüfen, ob das Konto eingefroren ist.' },
    zh: { what: '云服务器已冻结', todo: '请检查账号是否被冻结。' },
  },
  parameter: {
    en: { what: 'a parameter is not valid', todo: 'check the request.' },
    de: { what: 'ein Parameter ist ungültig', todo: 'die Anfrage prüfen.' },
    zh: { what: '参数无效', todo: '请检查请求参数。' },
  },
  address_in_use: {
    en: { what: 'the private address is in use', todo: 'choose another private address.' },
    de: { what: 'die private Adresse ist belegt', todo: 'eine andere private Adresse wählen.' },
    zh: { what: '私有 IP 地址已被占用', todo: '请换一个地址。' },
  },
  subnet_full: {
    en: { what: 'the subnet has no addresses left', todo: 'release addresses, or use another subnet.' },
    de: {
      what: 'das Subnetz hat keine freien Adressen',
      todo: 'Adressen freigeben oder ein anderes Subnetz verwenden.',
    },
    zh: { what: '子网没有可用的 IP 地址', todo: '请释放部分地址，或使用其他子网。' },
  },
  network: {
    en: { what: 'the network does not fit', todo: 'check network, subnet, address and security group.' },
    de: {
      what: 'das Netzwerk passt nicht',
      todo: 'Netzwerk, Subnetz, Adresse und Sicherheitsgruppe prüfen.',
    },
    zh: { what: '网络配置有误', todo: '请检查 VPC、子网、IP 地址和安全组。' },
  },
  kms: {
    en: { what: 'the disk service may not use the key', todo: 'let the disk service use the KMS key.' },
    de: {
      what: 'der Datenträgerdienst darf den Schlüssel nicht verwenden',
      todo: 'den KMS-Schlüssel für den Datenträgerdienst freigeben.',
    },
    zh: { what: '云硬盘服务无权使用密钥', todo: '请授权云硬盘服务使用该 KMS 密钥。' },
  },
  flavor: {
    en: { what: 'the flavor cannot be used', todo: 'choose another flavor.' },
    de: { what: 'der Flavor ist nicht verwendbar', todo: 'einen anderen Flavor wählen.' },
    zh: { what: '该规格不可用', todo: '请选择其他规格。' },
  },
  image: {
    en: { what: 'the image is gone or not active', todo: 'choose another image.' },
    de: { what: 'das Image fehlt oder ist nicht aktiv', todo: 'ein anderes Image wählen.' },
    zh: { what: '镜像不存在或未激活', todo: '请选择其他镜像。' },
  },
  disk_type: {
    en: { what: 'the type of disk cannot be used', todo: 'choose another type of disk.' },
    de: { what: 'der Datenträgertyp ist nicht verwendbar', todo: 'einen anderen Datenträgertyp wählen.' },
    zh: { what: '该云硬盘类型不可用', todo: '请选择其他云硬盘类型。' },
  },
  too_many_disks: {
    en: { what: 'too many disks for this server', todo: 'detach disks, or choose another flavor.' },
    de: {
      what: 'zu viele Datenträger für diesen Server',
      todo: 'Datenträger trennen oder einen anderen Flavor wählen.',
    },
    zh: { what: '该云服务器挂载的磁盘过多', todo: '请卸载部分磁盘，或选择其他规格。' },
  },
  no_room: {
    en: { what: 'no room for this flavor', todo: 'try another zone or flavor, or try later.' },
    de: {
      what: 'kein Platz für diesen Flavor',
      todo: 'eine andere Zone oder einen anderen Flavor wählen, oder später erneut versuchen.',
    },
    zh: { what: '该规格资源不足', todo: '请更换可用区或规格，或稍后重试。' },
  },
};
