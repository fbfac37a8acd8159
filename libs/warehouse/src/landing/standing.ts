/**
 * SQL that is true for the rows of a landing log whose delivery nobody has taken back (docs/adr/0049); with an instant (SQL of a DateTime64): had by then.
 * Whoever reads a landing log without it counts what was undone.
 */
export const standing = (instant?: string): string =>
  `delivery_id NOT IN (SELECT delivery_id FROM undone_deliveries${instant === undefined ? '' : ` WHERE undone_at <= ${instant}`})`;
