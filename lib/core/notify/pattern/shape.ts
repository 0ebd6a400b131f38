import * as z from 'zod';
import type { EventKind } from '../../jobs/event-kinds.ts';
import { eventSchemas } from '../../jobs/event-schema.ts';
import { lazily } from '../../lazily.ts';
import type { Scalar } from './operators.ts';

/** What may stand in one place of an event, as a pattern sees it: a list stands for its elements. */
export interface Shape {
  values: readonly Values[];
  members: Readonly<Record<string, Shape>>;
  /** What all other members are like; null: there are none. */
  others: Shape | null;
  /** Whether it may be that nothing stands here. */
  missing: boolean;
}
export interface Values {
  type: 'text' | 'number' | 'boolean' | 'null';
  /** All that there are. */
  only?: readonly Scalar[];
  /** Of numbers: which there can be. */
  allows?: (value: number) => boolean;
}

const scalar = (...values: Values[]): Shape => ({ values, members: {}, others: null, missing: false });
const only = (value: string): Shape => scalar({ type: 'text', only: [value] });
const text = scalar({ type: 'text' });
const object = (members: Record<string, Shape>): Shape => ({ ...scalar(), members });

/** The clouds' own words, whatever they are. */
const ANYTHING: Shape = {
  ...scalar({ type: 'text' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }),
  missing: true,
  get others(): Shape {
    return ANYTHING;
  },
};

/**
 * The events of each kind in the form in which patterns see them, made from the schemas of the contract: a field that is
 * added there is known here. `account` and `region` are what EventBridge adds.
 */
export const eventShapes = lazily((): ReadonlyMap<EventKind, Shape> => {
  const options = eventSchemas().event.options;
  return new Map(
    options.map(({ shape: { kind, metadata, data } }) => [
      kind.value,
      object({
        version: only('0'),
        id: text,
        source: only('jobchime'),
        'detail-type': only(kind.value),
        account: { ...text, missing: true },
        region: { ...text, missing: true },
        time: text,
        resources: { ...text, missing: true },
        detail: object({ metadata: shapeOf(metadata), data: shapeOf(data) }),
      }),
    ]),
  );
});

type Def = z.core.$ZodTypes['_zod']['def'];

function shapeOf(schema: z.core.$ZodType): Shape {
  const def = (schema as z.ZodType).def as Def;
  switch (def.type) {
    case 'optional':
      return { ...shapeOf(def.innerType), missing: true };
    case 'nullable': {
      const inner = shapeOf(def.innerType);
      const values = [...inner.values, { type: 'null' as const }];
      return { ...inner, values, missing: inner.missing || hasMembers(inner) };
    }
    case 'string':
      return text;
    case 'number':
      return scalar({ type: 'number', allows: (value) => z.safeParse(schema, value).success });
    case 'boolean':
      return scalar({ type: 'boolean' });
    case 'literal':
      return listed(def.values as Scalar[]);
    case 'enum':
      return listed(Object.values(def.entries));
    case 'object':
      return object(Object.fromEntries(Object.entries(def.shape).map(([name, one]) => [name, shapeOf(one)])));
    case 'record':
      return { ...scalar(), others: { ...shapeOf(def.valueType), missing: true } };
    case 'array':
      return { ...shapeOf(def.element), missing: true };
    default:
      return ANYTHING;
  }
}

const listed = (values: readonly Scalar[]): Shape =>
  scalar(
    ...(['text', 'number', 'boolean'] as const).flatMap((type) => {
      const own = values.filter((value) => typeOf(value) === type);
      return own.length > 0 ? [{ type, only: own }] : [];
    }),
  );

export const typeOf = (value: Scalar): Values['type'] =>
  value === null ? 'null' : typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');

export const hasMembers = ({ members, others }: Shape): boolean =>
  others !== null || Object.keys(members).length > 0;

/** What stands at a path; null: no event has such a field. `missing`: it, or something on the way to it, may not be there. */
export function shapeAt(event: Shape, path: readonly string[]): Shape | null {
  let shape = event;
  let missing = false;
  for (const name of path) {
    const next = Object.hasOwn(shape.members, name) ? shape.members[name]! : shape.others;
    if (!next) return null;
    missing ||= next.missing;
    shape = next;
  }
  return { ...shape, missing: missing || hasMembers(shape) };
}
