/** Before its time is over an invocation gets a signal to end: what is under way is aborted, and recorded as that. */
export const EARLY_MS = 3_000;
/** For writing that down: some writes of DynamoDB with a few tries. What is left until the end is a reserve. */
const LAST_WORDS_MS = 2_000;

/**
 * Options of middy: its `signal` tells the handler to end, which then still answers for itself. One that does not come to its
 * end fails, and is distinct from one that Lambda had to kill.
 */
export const ENDING_EARLY = {
  timeoutEarlyInMillis: EARLY_MS,
  timeoutEarlyResponse: async (): Promise<never> => {
    await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref());
    const error = new Error('the function did not end in the time that it has');
    error.name = 'TimeoutError';
    throw error;
  },
};
