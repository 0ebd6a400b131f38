interface Page<R> {
  rows: R[];
  next: string | null;
}

/** A table page by page, following `next`: in memory is one page at a time. Rows that come meanwhile may be left out. */
export async function* pagesOf<R>(
  list: (query: { limit: number; after?: string }) => Promise<Page<R>>,
  limit: number,
): AsyncGenerator<R[]> {
  for (let after: string | null = null, more = true; more;) {
    const page: Page<R> = await list({ limit, ...(after !== null && { after }) });
    yield page.rows;
    after = page.next;
    more = after !== null;
  }
}
