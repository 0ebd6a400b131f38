/** The forms in which the systems write a moment. */
export const TIMES = {
  /** `2016-04-25T20:04:34.604Z` */
  iso: (at: number) => new Date(at).toISOString(),
  /** `2018-08-06T10:41:14+0000` */
  offset: (at: number) => `${seconds(at)}+0000`,
  /** `2023-07-26T09:33:58`: UTC, though nothing says so. */
  zoneless: (at: number) => seconds(at),
  /** `2023-03-06T06:52:30Z` */
  utc: (at: number) => `${seconds(at)}Z`,
  /** `2018-12-25T08:45:22.525000`: UTC, though nothing says so. */
  micro: (at: number) => new Date(at).toISOString().replace('Z', '000'),
  /** `2023-07-26 09:33:58`: UTC, though nothing says so. */
  spaced: (at: number) => seconds(at).replace('T', ' '),
  /** `1684191545379` */
  epoch: (at: number) => String(at),
  /** `2020-02-02 08:12:40.672772389 +0000 UTC`, as Go prints it. What is below a millisecond is made up. */
  go: (at: number) => `${new Date(at).toISOString().replace('T', ' ').replace('Z', '772389')} +0000 UTC`,
} as const satisfies Record<string, (at: number) => string>;

const seconds = (at: number): string => new Date(at).toISOString().slice(0, 19);
