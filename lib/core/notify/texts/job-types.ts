import type { Lang } from '../reader.ts';

type Action = Readonly<Record<Lang, string>>;

/** What jobs do, in words: by service, and by the service's own name of the type. One that is not here is shown as it is. */
export const JOB_TYPES: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  ecs: {
    createServer: { en: 'creating the server', de: 'Anlegen des Servers', zh: '创建云服务器' },
    createSingleServer: { en: 'creating one server', de: 'Anlegen eines Servers', zh: '创建单台云服务器' },
  },
};
