export const CLOUDS = ['huawei', 'otc'] as const;
