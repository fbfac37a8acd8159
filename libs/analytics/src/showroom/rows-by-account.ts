/** Rows per account, in their order. */
export function rowsByAccount<Row extends { account: string }>(rows: Iterable<Row>): Map<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const own = grouped.get(row.account);
    if (own) own.push(row);
    else grouped.set(row.account, [row]);
  }
  return grouped;
}
