import type { VisitorSums } from '../showroom-readings';

/** Accounts whose visits are formed at once; `share`: of their viewers, where they are too many for that. */
export interface VisitChunk {
  accounts: string[];
  share: ViewerShare | null;
}
/** The viewers whose key leaves `at` when divided by `of`. */
export interface ViewerShare {
  at: number;
  of: number;
}

export interface ChunkInput {
  /** Which accounts a group of an answer counts viewers over: these must come together. */
  owners: readonly { account: string; subject: number }[];
  /** Entries per account. */
  sizes: ReadonlyMap<string, number>;
  /** Entries of a chunk, about: what bounds the store's memory. */
  limit: number;
}

/**
 * Divides accounts so that every group lies in one chunk, and the viewers of a group that is larger than a chunk: nothing that is counted of one viewer depends
 * on another one. Accounts without entries are in no chunk.
 */
export function visitChunks({ owners, sizes, limit }: ChunkInput): VisitChunk[] {
  const chunks: VisitChunk[] = [];
  let open: { accounts: string[]; entries: number } | null = null;
  for (const accounts of together(owners.filter(({ account }) => (sizes.get(account) ?? 0) > 0))) {
    const entries = accounts.reduce((sum, account) => sum + sizes.get(account)!, 0);
    if (entries > limit) {
      const of = Math.ceil(entries / limit);
      for (let at = 0; at < of; at++) chunks.push({ accounts, share: { at, of } });
    } else if (open && open.entries + entries <= limit) {
      open.accounts.push(...accounts);
      open.entries += entries;
    } else {
      open = { accounts: [...accounts], entries };
      chunks.push({ accounts: open.accounts, share: null });
    }
  }
  return chunks;
}

/** Accounts that some group counts together, directly or over others. */
function together(owners: ChunkInput['owners']): string[][] {
  const parent = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    while (parent.get(root) !== root) root = parent.get(root)!;
    for (let at = name; at !== root;) {
      const next = parent.get(at)!;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { account, subject } of owners) {
    const group = `#${subject}`;
    for (const name of [account, group]) if (!parent.has(name)) parent.set(name, name);
    parent.set(rootOf(account), rootOf(group));
  }
  const found = new Map<string, string[]>();
  for (const account of new Set(owners.map((owner) => owner.account))) {
    const root = rootOf(account);
    const known = found.get(root);
    if (known) known.push(account);
    else found.set(root, [account]);
  }
  return [...found.values()];
}

const COUNTS = [
  'viewers',
  'visits',
  'showroom',
  'showroomOn2Days',
  'rolling',
  'showroomVisits',
  'showroomDwell',
  'otherVisits',
  'otherDwell',
] as const satisfies readonly (keyof VisitorSums)[];

/** Sums over different viewers of the same groups. */
export function addedSums(rows: readonly VisitorSums[]): VisitorSums[] {
  const sums = new Map<number, VisitorSums>();
  for (const row of rows) {
    const known = sums.get(row.subject);
    if (!known) sums.set(row.subject, { ...row });
    else {
      for (const count of COUNTS) known[count] = String(BigInt(known[count]) + BigInt(row[count]));
      known.showroomByAccount = addedCounts(known.showroomByAccount, row.showroomByAccount);
      known.upperByAccount = addedCounts(known.upperByAccount, row.upperByAccount);
    }
  }
  return [...sums.values()];
}

function addedCounts(...all: VisitorSums['showroomByAccount'][]): VisitorSums['showroomByAccount'] {
  const counts = new Map<string, bigint>();
  for (const [accounts, own] of all)
    for (const [at, account] of accounts.entries()) counts.set(account, (counts.get(account) ?? 0n) + BigInt(own[at]));
  return [[...counts.keys()], [...counts.values()].map(String)];
}
