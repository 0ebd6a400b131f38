/** What a run could not hand in, as its file has it. */
export interface Kept {
  steps: ({ intake: Record<string, unknown> } | { jobs: object[] })[];
  /** The group to close when all is handed in. */
  close?: string;
}
