import * as z from 'zod';
import { accept, refuse, type KnownClouds } from '../../core/input/fields.ts';
import { configSchema } from './schema.ts';

const TITLE = 'jobchime.yaml';

/**
 * The file as JSON Schema (draft 2020-12), for editors: made from the schema that checks it, its hints as descriptions. It
 * says less, since what texts mean is decided in code; `jobchime config check` says it all.
 */
export function configJsonSchema(clouds: KnownClouds): Record<string, unknown> {
  const schema = configSchema({
    clouds: { ...clouds, anyName: true },
    trustedHosts: [],
    allowPrivate: [],
    secret: () => refuse(''),
    text: () => refuse(''),
    store: accept,
    conceal: (text) => () => text,
  });
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: describe });
  return { ...described, title: TITLE };
}

/** `hint` is our own word; JSON Schema has `description` for it. */
function describe({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  const { hint } = jsonSchema;
  if (typeof hint !== 'string') return;
  delete jsonSchema.hint;
  jsonSchema.description = hint;
}
