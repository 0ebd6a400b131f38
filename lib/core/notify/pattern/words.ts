/** What may be wrong with a pattern and how to mend it, for the person who wrote it. */
export interface PatternWords {
  or: string;
  tooLarge(bytes: number, most: number): string;
  useLess: string;
  noObject: string;
  asObject: string;
  empty: string;
  nameField: string;
  tooDeep(most: number): string;
  nestLess: string;
  noList: string;
  tooFew: string;
  asOr: string;
  reserved: string;
  leaveReserved: string;
  neither: string;
  asList(example: string): string;
  emptyList: string;
  nameValue: string;
  noAlternative: string;
  noOperator: string;
  useOperator(names: string): string;
  twoOperators: string;
  oneOperator: string;
  write(usage: string): string;
  escapes: string;
  noText: string;
  badEscape: string;
  twoStars: string;
  comparisons: string;
  noComparison(signs: string): string;
  noNumber: string;
  tooBig: string;
  noRange: string;
  emptyRange: string;
  emptyText: string;
  excludesNothing: string;
  mixed: string;
  noExclusion(names: string): string;
  wrongPart(name: string, wrong: string): string;
  noNetwork: string;
  noBoolean: string;
  twice: string;
  nameOnce: string;
  tooManyWays(most: number): string;
  tooManyFields(most: number): string;
  fewerOr: string;
  isObject: string;
  fieldOf(names: string): string;
  noValue(path: string, meant: string | undefined): string;
  oneOf(names: readonly string[]): string;
  ofType(types: string): string;
  compareWith(types: string): string;
  types: Readonly<Record<'text' | 'number' | 'boolean' | 'null', string>>;
  dotted: string;
  asNested: string;
  noField(meant: string | undefined): string;
  known(names: string): string;
  noMembers: string;
  apart(own: string, others: string): string;
  leaveOne: string;
  any: string;
  nothing: string;
}

export const PATTERN_WORDS: PatternWords = {
  or: ' or ',
  tooLarge: (bytes, most) => `has ${bytes} bytes as JSON, and ${most} are the most`,
  useLess: 'say it with prefix, wildcard or anything-but, or make several subscriptions',
  noObject: 'is no object',
  asObject: 'write {"field": ["value"]}',
  empty: 'is empty',
  nameField: 'name at least one field that must match, or leave it out',
  tooDeep: (most) => `is nested more than ${most} deep`,
  nestLess: 'nest less',
  noList: 'is no list',
  tooFew: 'has fewer than two entries',
  asOr: 'write "$or": [{"field": ["a"]}, {"other": ["b"]}]',
  reserved: 'is a reserved word within $or',
  leaveReserved: 'leave the field out, or use it outside of $or',
  neither: 'is neither a list nor an object',
  asList: (example) => `write a list of what may match: [${example}]`,
  emptyList: 'is an empty list, which nothing matches',
  nameValue: 'name at least one value',
  noAlternative: 'is neither a plain value nor an operator',
  noOperator: 'is no operator',
  useOperator: (names) => `use one of ${names}; fields of an object are written without the list`,
  twoOperators: 'has more than one operator',
  oneOperator: 'give each an object of its own in the list',
  write: (usage) => `write ${usage}`,
  escapes: ', with \\* for a star and \\\\ for a backslash',
  noText: 'takes a text',
  badEscape: 'has a \\ that escapes neither * nor \\',
  twoStars: 'has two * in a row',
  comparisons: 'takes a comparison and a number, or two of each',
  noComparison: (signs) => `knows no comparisons but ${signs}`,
  noNumber: 'compares with something that is no number',
  tooBig: 'compares with more than 5,000,000,000',
  noRange: 'is a range that does not go from > or >= to < or <=',
  emptyRange: 'is a range with nothing in it',
  emptyText: 'is empty',
  excludesNothing: 'excludes nothing',
  mixed: 'takes texts only, or numbers only',
  noExclusion: (names) => `excludes with something that is not one of ${names}`,
  wrongPart: (name, wrong) => `has a ${name} that ${wrong}`,
  noNetwork: 'is no network',
  noBoolean: 'takes true or false',
  twice: 'is named twice on one way through the $or',
  nameOnce: 'name each field once on each way',
  tooManyWays: (most) => `its $or amount to more than ${most} combinations`,
  tooManyFields: (most) => `its $or amount to combinations with more than ${most} fields in all`,
  fewerOr: 'use fewer $or, or lists of values in place of them',
  isObject: 'matches nothing: what stands here is an object',
  fieldOf: (names) => `name a field of it: ${names}`,
  noValue: (path, meant) => `matches nothing that ${path} can be${meant ? `: did you mean '${meant}'?` : ''}`,
  oneOf: (names) => `write ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}`,
  ofType: (types) => `matches nothing: what stands here is ${types}`,
  compareWith: (types) => `compare it with ${types}`,
  types: {
    text: 'a text',
    number: 'a whole number that is not negative',
    boolean: 'true or false',
    null: 'null',
  },
  dotted: 'is no field of any event: a dot in a name does not lead into an object',
  asNested: 'write {"detail": {"data": ...}}, one object in the other',
  noField: (meant) => `is no field of any event${meant ? `: did you mean '${meant}'?` : ''}`,
  known: (names) => `known here: ${names}`,
  noMembers: 'what stands here is no object',
  apart: (own, others) =>
    `never holds together with the rest: it is about ${own}, and the rest about ${others}`,
  leaveOne: 'leave one of the two out, or put them side by side into a $or',
  any: 'any',
  nothing: 'nothing',
};
