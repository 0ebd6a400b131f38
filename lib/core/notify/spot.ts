/** Where a message stands that can be changed, as its service names it. */
export interface Spot {
  channel: string;
  ts: string;
}
