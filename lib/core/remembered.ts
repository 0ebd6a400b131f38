/**
 * What `make` returns for a text, worked out once while the text is among the last ones. For what depends on nothing else, and
 * is called again and again with few texts. What throws is not remembered.
 * Of secrets only something that is opened and closed may remember anything, and never a module.
 * @param most Texts that are kept at least; at most twice as many.
 */
export function remembered<T>(most: number, make: (text: string) => T): (text: string) => T {
  let [young, old] = [new Map<string, T>(), new Map<string, T>()];
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    const made = old.get(text) ?? make(text);
    if (young.size >= most) [young, old] = [new Map(), young];
    young.set(text, made);
    return made;
  };
}
