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
  quota_cores: {
    en: { what: 'the quota of vCPUs is used up', todo: 'request a higher quota, or delete servers.' },
    de: {
      what: 'das Kontingent an vCPUs ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Server löschen.',
    },
    zh: { what: 'vCPU 配额已用完', todo: '请申请提高配额，或删除不用的云服务器。' },
  },
  quota_memory: {
    en: { what: 'the quota of memory is used up', todo: 'request a higher quota, or delete what uses it.' },
    de: {
      what: 'das Kontingent an Arbeitsspeicher ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Ressourcen löschen.',
    },
    zh: { what: '内存配额已用完', todo: '请申请提高配额，或删除占用内存配额的资源。' },
  },
  quota_capacity: {
    en: { what: 'the quota of disk capacity is used up', todo: 'request a higher quota, or delete disks.' },
    de: {
      what: 'das Kontingent an Speicherplatz ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Datenträger löschen.',
    },
    zh: { what: '云硬盘容量配额已用完', todo: '请申请提高配额，或删除不用的云硬盘。' },
  },
  quota_images: {
    en: { what: 'the quota of private images is used up', todo: 'request a higher quota, or delete images.' },
    de: {
      what: 'das Kontingent an privaten Images ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Images löschen.',
    },
    zh: { what: '私有镜像配额已用完', todo: '请申请提高配额，或删除不用的私有镜像。' },
  },
  quota_instances: {
    en: { what: 'the quota of instances is used up', todo: 'request a higher quota, or delete instances.' },
    de: {
      what: 'das Kontingent an Instanzen ist ausgeschöpft',
      todo: 'ein höheres Kontingent beantragen oder Instanzen löschen.',
    },
    zh: { what: '实例配额已用完', todo: '请申请提高配额，或删除不用的实例。' },
  },
  cluster_full: {
    en: {
      what: 'the cluster has as many nodes as its scale allows',
      todo: 'choose a larger scale, or delete nodes.',
    },
    de: {
      what: 'der Cluster hat so viele Knoten, wie seine Größe erlaubt',
      todo: 'eine größere Clustergröße wählen oder Knoten löschen.',
    },
    zh: { what: '集群节点数已达集群规模上限', todo: '请扩大集群规模，或删除节点。' },
  },
  permission: {
    en: { what: 'the permission is missing', todo: 'give the user the permission for this operation.' },
    de: { what: 'die Berechtigung fehlt', todo: 'dem Benutzer die Berechtigung für diesen Vorgang geben.' },
    zh: { what: '缺少权限', todo: '请为该用户授予此操作的权限。' },
  },
  balance: {
    en: {
      what: 'the account has too little money or no way to pay',
      todo: 'top up the account, or check how it pays.',
    },
    de: {
      what: 'dem Konto fehlt Guthaben oder ein Zahlungsmittel',
      todo: 'das Konto aufladen oder das Zahlungsmittel prüfen.',
    },
    zh: { what: '账号余额不足或未绑定支付方式', todo: '请充值，或检查支付方式。' },
  },
  identity: {
    en: {
      what: "the account's owner has not verified their identity",
      todo: 'complete the real-name authentication.',
    },
    de: {
      what: 'der Inhaber des Kontos ist nicht verifiziert',
      todo: 'die Echtnamen-Verifizierung abschließen.',
    },
    zh: { what: '账号未完成实名认证', todo: '请先完成实名认证。' },
  },
  suspended: {
    en: {
      what: 'the account is frozen or suspended',
      todo: 'settle what is due, or ask the support of the cloud.',
    },
    de: {
      what: 'das Konto ist eingefroren oder gesperrt',
      todo: 'offene Beträge begleichen oder den Support der Cloud fragen.',
    },
    zh: { what: '账号已被冻结或暂停', todo: '请结清欠费，或联系云服务的技术支持。' },
  },
  password: {
    en: { what: 'the password does not meet the rules', todo: 'choose a stronger password.' },
    de: { what: 'das Passwort entspricht nicht den Regeln', todo: 'ein stärkeres Passwort wählen.' },
    zh: { what: '密码不符合复杂度要求', todo: '请设置更复杂的密码。' },
  },
  key_pair: {
    en: { what: 'the key pair does not exist', todo: 'choose another key pair, or create it.' },
    de: {
      what: 'das Schlüsselpaar gibt es nicht',
      todo: 'ein anderes Schlüsselpaar wählen oder es anlegen.',
    },
    zh: { what: '密钥对不存在', todo: '请选择其他密钥对，或先创建。' },
  },
  server_state: {
    en: {
      what: 'the server is not in the state that this needs',
      todo: 'check its state in the console, then submit the job again.',
    },
    de: {
      what: 'der Server ist nicht im nötigen Zustand',
      todo: 'seinen Zustand in der Konsole prüfen, dann den Auftrag erneut stellen.',
    },
    zh: { what: '云服务器当前状态不支持该操作', todo: '请在控制台检查其状态，然后重新提交任务。' },
  },
  server_gone: {
    en: { what: 'the server does not exist', todo: 'check its id, and whether somebody deleted it.' },
    de: { what: 'den Server gibt es nicht', todo: 'seine ID prüfen, und ob ihn jemand gelöscht hat.' },
    zh: { what: '云服务器不存在', todo: '请检查其 ID，以及是否已被他人删除。' },
  },
  server_locked: {
    en: { what: 'the server is locked', todo: 'unlock it in the console, then submit the job again.' },
    de: {
      what: 'der Server ist gesperrt',
      todo: 'ihn in der Konsole entsperren, dann den Auftrag erneut stellen.',
    },
    zh: { what: '云服务器已被锁定', todo: '请在控制台解锁，然后重新提交任务。' },
  },
  disk_failed: {
    en: { what: 'the new disk went into the state error', todo: 'delete the disk, then create it again.' },
    de: {
      what: 'der neue Datenträger ging in den Zustand error',
      todo: 'den Datenträger löschen und erneut anlegen.',
    },
    zh: { what: '新建的云硬盘状态为 error', todo: '请删除该云硬盘后重新创建。' },
  },
  disk_state: {
    en: {
      what: 'the disk is not in the state that this needs',
      todo: 'check its state in the console, then submit the job again.',
    },
    de: {
      what: 'der Datenträger ist nicht im nötigen Zustand',
      todo: 'seinen Zustand in der Konsole prüfen, dann den Auftrag erneut stellen.',
    },
    zh: { what: '云硬盘当前状态不支持该操作', todo: '请在控制台检查其状态，然后重新提交任务。' },
  },
  disk_sold_out: {
    en: {
      what: 'disks of this type are sold out',
      todo: 'choose another type of disk or another zone, or try later.',
    },
    de: {
      what: 'Datenträger dieses Typs sind ausverkauft',
      todo: 'einen anderen Datenträgertyp oder eine andere Zone wählen, oder später erneut versuchen.',
    },
    zh: { what: '该类型云硬盘已售罄', todo: '请更换云硬盘类型或可用区，或稍后重试。' },
  },
  disk_taken: {
    en: { what: 'the disk is attached already', todo: 'detach it first, or choose another disk.' },
    de: {
      what: 'der Datenträger ist schon angehängt',
      todo: 'ihn erst trennen oder einen anderen Datenträger wählen.',
    },
    zh: { what: '云硬盘已挂载', todo: '请先卸载，或选择其他云硬盘。' },
  },
  too_many_nics: {
    en: {
      what: 'too many network interfaces for this server',
      todo: 'detach interfaces, or choose another flavor.',
    },
    de: {
      what: 'zu viele Netzwerkschnittstellen für diesen Server',
      todo: 'Schnittstellen trennen oder einen anderen Flavor wählen.',
    },
    zh: { what: '该云服务器的网卡过多', todo: '请卸载部分网卡，或选择其他规格。' },
  },
  image_file: {
    en: {
      what: 'the image file is missing, too large or of another format',
      todo: 'check the file, its size and its format.',
    },
    de: {
      what: 'die Image-Datei fehlt, ist zu groß oder hat ein anderes Format',
      todo: 'Datei, Größe und Format prüfen.',
    },
    zh: { what: '镜像文件不存在、过大或格式不正确', todo: '请检查文件及其大小和格式。' },
  },
  busy: {
    en: {
      what: 'another task is under way there',
      todo: 'wait until it has ended, then submit the job again.',
    },
    de: {
      what: 'dort läuft schon ein anderer Vorgang',
      todo: 'sein Ende abwarten, dann den Auftrag erneut stellen.',
    },
    zh: { what: '该资源有其他任务正在执行', todo: '请等待其结束后重新提交任务。' },
  },
  address_taken: {
    en: {
      what: 'the public address belongs to another resource',
      todo: 'release it there, or choose another address.',
    },
    de: {
      what: 'die öffentliche Adresse gehört zu einer anderen Ressource',
      todo: 'sie dort lösen oder eine andere wählen.',
    },
    zh: { what: '弹性公网 IP 已绑定其他资源', todo: '请先解绑，或选择其他弹性公网 IP。' },
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
