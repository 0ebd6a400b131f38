/** The page loads nothing from anywhere, its button leads back to the page, and no other site learns the address. */
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
