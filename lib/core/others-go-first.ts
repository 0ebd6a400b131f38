/**
 * Lets requests and messages that wait have their turn: SQLite answers at once, so that whoever reads a whole table would
 * keep everybody else waiting until its end.
 */
export const othersGoFirst = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
