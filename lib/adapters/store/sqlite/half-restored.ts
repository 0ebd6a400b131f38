import { existsSync } from 'node:fs';

/**
 * A whole, checked copy under this name is on its way into the store's place, and nobody opens the store before it is
 * there: what is at the store's own name may have lost its side files already, or be gone.
 */
export const INCOMING = '.restoring';
/** What was in the store's place before. */
export const KEPT = '.before-restore';

/** Throws where somebody died while they restored. `store` is the file's real path. */
export function refuseHalfRestored(store: string): void {
  const incoming = store + INCOMING;
  if (!existsSync(incoming)) return;
  throw new Error(
    `the store ${store} is only half restored: a \`jobchime restore\` was broken off or is under way, or the store was ` +
      `removed while the service ran. Run \`jobchime restore ${incoming}\`, or with the copy that was meant; ` +
      `what was there before is kept as ${store}${KEPT}`,
  );
}
