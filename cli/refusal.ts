/** The command cannot be done; the message says why and what to do, and is all that is shown. */
export class Refusal extends Error {
  readonly exitCode: number;
  /** Another try, a little later, may succeed. */
  readonly passing: boolean;
  constructor(
    message: string,
    { exitCode = 1, passing = false, cause }: { exitCode?: number; passing?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.passing = passing;
  }
}

/** Runs what throws errors that are made for the user (a store in use, a file that cannot be opened). */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asRefusal(error);
  }
}

/** The same for what takes time. */
export async function refusingLater<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asRefusal(error);
  }
}

const asRefusal = (error: unknown): Refusal =>
  error instanceof Refusal
    ? error
    : new Refusal(error instanceof Error ? error.message : String(error), { cause: error });
