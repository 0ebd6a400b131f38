/**
 * What `make` gives, made when it is first asked for. A function that has just been started answers one request, and making
 * the schemas of all the others would take longer than the answer.
 */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
