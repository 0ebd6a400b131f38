import type { ApiSettings } from '../../adapters/config/config.ts';

/** An address that cannot be listened on; made for people. `setting` is where it is configured. */
export class ListenError extends Error {
  constructor({ host, port }: ApiSettings['listen'], setting: string, cause: unknown) {
    const { code } = cause as NodeJS.ErrnoException;
    super(`cannot listen on ${host}:${port} (${code}); choose another ${setting}`, { cause });
  }
}
