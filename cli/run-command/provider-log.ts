import { appendFileSync, closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** A log that Terraform's providers write while it runs, and that nobody else may read. */
export interface ProviderLog {
  /** What a command needs in its environment to write it. */
  env: Record<string, string>;
  /** What was written since. */
  read(): Buffer;
  /** Takes the file away. */
  remove(): void;
  /** Why less than all of it will be there; null: nothing keeps it away. */
  warning: string | null;
}

const CHUNK = 65_536;
const isSet = (level: string | undefined): level is string => level !== undefined && !/^(|off)$/i.test(level);

/** Somebody who logs already gets the same as before, where he wanted it: what is read here is passed on. */
export function openProviderLog(env: Env, toTerminal: (bytes: Buffer) => void): ProviderLog {
  // Made with 0700.
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-run-'));
  const path = join(folder, 'provider.log');
  const fd = openSync(path, 'ax+', 0o600);
  const own = [env.TF_LOG, env.TF_LOG_PROVIDER].find(isSet);
  const { TF_LOG_PATH: theirs } = env;
  const passOn = (bytes: Buffer): void => {
    if (own === undefined || bytes.length === 0) return;
    if (theirs) appendFileSync(theirs, bytes);
    else toTerminal(bytes);
  };
  return {
    env: {
      TF_LOG_PATH: path,
      ...(own === undefined && { TF_LOG_PROVIDER: 'DEBUG' }),
      // Without it the provider of Open Telekom Cloud logs no call.
      ...(!env.OS_DEBUG && { OS_DEBUG: '1' }),
    },
    read() {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.alloc(CHUNK);
        // Without a position it goes on where it was.
        const size = readSync(fd, chunk, 0, CHUNK, null);
        if (size === 0) break;
        chunks.push(chunk.subarray(0, size));
      }
      const all = Buffer.concat(chunks);
      passOn(all);
      return all;
    },
    remove() {
      closeSync(fd);
      rmSync(folder, { recursive: true, force: true });
    },
    warning:
      own === undefined || /^(trace|debug|json)$/i.test(own)
        ? null
        : `TF_LOG is ${own}: at this level the provider of Huawei Cloud logs no call, so its jobs are not found. Use DEBUG.`,
  };
}
