/** A kept figure that the facts do not give. Null: there is none. */
export interface KeptDifference {
  /** Null: a figure of all compared accounts together. */
  accountKey: string | null;
  column: string;
  stored: string | null;
  recomputed: string | null;
}
