import { FORMER_FIELDS, FORMER_REASON } from '../../lib/core/former-names.ts';
import type { Row } from '../../lib/core/row.ts';

/** A row as it was stored before its fields had their present names. */
export function formerRow(table: keyof typeof FORMER_FIELDS, row: Row): Row {
  const former = new Map(
    Object.entries(FORMER_FIELDS[table]).map(([before, now]) => [now as string, before]),
  );
  const fields = Object.entries(row).map(([field, value]) => [former.get(field) ?? field, value as unknown]);
  const text = JSON.stringify(Object.fromEntries(fields));
  return JSON.parse(text.replaceAll(`"${FORMER_REASON.now}"`, `"${FORMER_REASON.before}"`)) as Row;
}
