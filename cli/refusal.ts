/** What the user asked for cannot be done; the message says why and what to do, and is all that is shown. */
export class Refusal extends Error {}

/** Runs what throws errors that are made for the user (a store in use, a file that cannot be opened). */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
