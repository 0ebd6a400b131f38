/** Nothing is loaded from anywhere, a button leads back to where it stands, and the address is told to nobody. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** A page for people, of HTML that was written here. */
export const page = (body: string) => ({
  status: 200 as const,
  headers: HEADERS,
  body: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Jobchime</title></head><body>\n${body}\n</body></html>\n`,
});
