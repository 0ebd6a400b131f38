const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a `Retry-After` (seconds or an HTTP date) asks to wait after `at`, in milliseconds. Undefined where it asks for
 * nothing: absent, garbage, not positive.
 */
export function retryAfter(header: string | undefined, at: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : HTTP_DATE.test(text)
      ? Date.parse(text) - at
      : Number.NaN;
  return ms > 0 ? ms : undefined;
}
