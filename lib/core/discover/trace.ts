/** What the Cloud Trace Service has recorded of one call, as far as it matters here. */
export interface Trace {
  id: string;
  /** Epoch milliseconds; null where the time cannot be read. */
  at: number | null;
  /** As the cloud writes it: `ECS`. */
  service: string;
  /** `createServer` */
  operation: string;
  /** Of the resource. */
  name: string | null;
  resourceId: string | null;
  /** Who made the call; null where the cloud did it by itself. */
  user: string | null;
  /** The one that speaks the job format of this service; null where none does. */
  origin: string | null;
  /** `submitted`: the call started these jobs. `reported`: the answer says how they stand, and they may be sub-jobs. */
  jobs: { submitted: readonly string[]; reported: readonly string[] };
  /** The call was refused, reads only, or is a copy that another account's project has. */
  passedOver: boolean;
}
