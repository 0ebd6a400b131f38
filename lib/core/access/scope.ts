export const SCOPES = ['track', 'read', 'admin'] as const;
/** `track`: hand jobs in and remove them. `read`: see everything. `admin`: these two, and subscriptions. */
export type Scope = (typeof SCOPES)[number];
