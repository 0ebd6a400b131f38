/** What came back over HTTP. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** When it arrived; epoch milliseconds. */
  at: number;
}
