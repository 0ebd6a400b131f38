/**
 * Lets requests and messages that wait have their turn: SQLite answers at once, so that reading a whole table would keep
 * everything else waiting until its end.
 */
export const othersGoFirst = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
