export const CLOUDS = ['huawei', 'otc'] as const;
export const CHANNELS = [
  'slack',
  'teams',
  'feishu',
  'dingtalk',
  'wecom',
  'webhook',
  'email',
  'none',
] as const;
