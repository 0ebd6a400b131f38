import { examine, type Examined } from '../../adapters/clouds/examine.ts';
import { scrub } from '../../adapters/clouds/scrub.ts';
import { readDialects } from '../../adapters/config/dialects-file.ts';
import type { OwnDialect } from '../../core/input/fields.ts';

export { readDialects, type Examined };

/** What a dialect makes of one answer that somebody has in a file: of a job that nobody watches. */
export function tryDialect(
  { dialect }: OwnDialect,
  sent: { status: number; body: string; at: number },
  jobId?: string,
): Examined {
  const found = examine(dialect, { ...sent, headers: {} }, jobId);
  return { ...found, seen: scrub(found.seen, (text) => text) };
}
