/** Where a value stands within what was read. */
export type Path = readonly PropertyKey[];
