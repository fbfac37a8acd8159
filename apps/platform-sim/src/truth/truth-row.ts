/** A row in the fields of an import kind; instants are epoch ms. */
export type TruthRow = Record<string, string | number | null>;
