/**
 * The literal pieces between the stars: `a*b` is `['a', 'b']`, `a\*b` is `['a*b']`; or what is wrong with the pattern.
 */
export function wildcardPieces(pattern: string): string[] | 'badEscape' | 'twoStars' {
  const pieces = [''];
  for (const token of pattern.match(/\\[*\\]|\\|\*+|[^*\\]+/g) ?? []) {
    if (token === '\\') return 'badEscape';
    if (token.startsWith('**')) return 'twoStars';
    if (token === '*') pieces.push('');
    else pieces.push(`${pieces.pop()}${token.replace(/^\\/, '')}`);
  }
  return pieces;
}

/**
 * Taking each piece at its first place is right, since what a star swallows is free: so there is nothing to go back for,
 * and no text makes this slow the way it makes a regular expression slow.
 */
export function matchesPieces(pieces: readonly string[], text: string): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at === -1 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
