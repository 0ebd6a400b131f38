/** An EventBridge event pattern, checked. */
export type Pattern = { readonly [field: string]: unknown };
