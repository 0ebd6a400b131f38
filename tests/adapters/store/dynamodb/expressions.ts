type Values = Record<string, object>;
interface Context {
  attrNames?: Record<string, string>;
  attrVals?: Values;
  unusedAttrNames: Record<string, true>;
  unusedAttrVals: Record<string, true>;
  isKeyCondition?: boolean;
  compare(how: 'GT', one: object, other: object): boolean;
}
/** One of dynalite's parsers of expressions. What it makes of a text has the values within as they came; a text says what is wrong. */
export interface Parser {
  parse(text: string, options: { context: Context }): unknown;
}

/** Where a value was. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
interface Known {
  tree: unknown;
  names: readonly string[];
  values: readonly string[];
}

/**
 * The texts are few, and to parse them each time is a tenth of what a request takes: what was made of one for the same names, and for
 * values of the same types, gets the values put in.
 */
export function rememberTrees(parser: Parser): void {
  const { parse } = parser;
  const known = new Map<string, Known>();

  function learn(text: string, context: Context): Known | null {
    const { attrNames = {}, attrVals = {} } = context;
    const [unusedAttrNames, unusedAttrVals] = [flags(attrNames), flags(attrVals)];
    const tree = parse(text, { context: { ...context, unusedAttrNames, unusedAttrVals } });
    if (typeof tree === 'string') return null;
    const places = new Map(Object.entries(attrVals).map(([name, value]) => [value, new Place(name)]));
    return {
      tree: copied(tree, (part) => places.get(part)),
      names: Object.keys(attrNames).filter((name) => !(name in unusedAttrNames)),
      values: Object.keys(attrVals).filter((name) => !(name in unusedAttrVals)),
    };
  }

  parser.parse = (text, { context }) => {
    const { attrNames = {}, attrVals = {}, isKeyCondition = false } = context;
    const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]);
    const key = JSON.stringify([text, attrNames, types, isKeyCondition]);
    const found = known.get(key) ?? learn(text, context);
    if (!found || hasBoundsReversed(found.tree, attrVals, context)) return parse(text, { context });
    known.set(key, found);
    for (const name of found.names) delete context.unusedAttrNames[name];
    for (const name of found.values) delete context.unusedAttrVals[name];
    return copied(found.tree, (part) => (part instanceof Place ? attrVals[part.name] : undefined));
  };
}

const flags = (of: object): Record<string, true> =>
  Object.fromEntries(Object.keys(of).map((name) => [name, true as const]));

/** Dynalite changes what it was given. */
function copied(tree: unknown, change: (part: object) => unknown): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((part) => copied(part, change));
  return (
    change(tree) ??
    Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, copied(part, change)]))
  );
}

/** Of what a store asks, the one thing that is refused for what a value is, and not for its type. */
function hasBoundsReversed(tree: unknown, values: Values, context: Context): boolean {
  if (typeof tree !== 'object' || tree === null) return false;
  const { type, args } = tree as { type?: string; args?: readonly unknown[] };
  if (type !== 'between') return (args ?? []).some((part) => hasBoundsReversed(part, values, context));
  const [, from, to] = args!;
  return (
    from instanceof Place &&
    to instanceof Place &&
    context.compare('GT', values[from.name]!, values[to.name]!)
  );
}
