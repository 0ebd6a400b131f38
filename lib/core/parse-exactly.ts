/**
 * Undefined for what is not JSON. A number that JavaScript would change (order numbers and serials go beyond 2^53) becomes
 * the text of its digits, so that it leaves as it came.
 */
export function parseExactly(sent: string): unknown {
  // Some editors and gateways put a mark in front that says how the text is encoded.
  const text = sent.startsWith('\uFEFF') ? sent.slice(1) : sent;
  try {
    const value = JSON.parse(text) as unknown;
    return LONG_NUMBER.test(text) ? (JSON.parse(text.replace(TOKEN, exactly)) as unknown) : value;
  } catch {
    return undefined;
  }
}

/** Only these can be changed: fifteen digits always fit. What stands in a text right behind its quote is no number. */
const LONG_NUMBER = /(?:^|[:,[\s])-?\d(?:[\d.]{15}|[\d.]*[eE])/;
/** A text, which is left alone whatever it holds, or a number. Only in JSON that is known to be valid. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

const exactly = (token: string): string => (token.startsWith('"') || isKept(token) ? token : `"${token}"`);

/** Whether a number, read and written again, is still the same one. */
function isKept(token: string): boolean {
  const value = Number(token);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(value);
  return Number.isFinite(value) && digitsOf(token) === digitsOf(String(value));
}

const digitsOf = (number: string): string =>
  number.replace(/e.*$/i, '').replaceAll(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '');
