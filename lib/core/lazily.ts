/**
 * What `make` returns, made at its first use. A function that has just been started answers one request, and making
 * the schemas of all the others would take longer than the answer.
 */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
