import type { RankingRow, Subject } from '@app/contracts';
import { type RankingFacts, type ReportAsk, type ReportContext, openAsk, rankedRows, readRanking, subjectsOf } from '@app/reports';

/** A ranking with what it was made of. */
export interface Ranked {
  rows: RankingRow[];
  context: ReportContext;
  facts: RankingFacts;
  /** Who the groups of the context are. */
  subjects: ReadonlyMap<string, Subject>;
  /** Is the group among those that the question chooses and the asker may see? Ranks are over all of them whoever asks. */
  isShown(group: string): boolean;
}

/** The ranking of a question: the rows of the report, computed by its functions. */
export async function rankedOf(ask: ReportAsk, signal?: AbortSignal): Promise<Ranked> {
  const { context, tiers, chosen } = await openAsk(ask);
  const { facts, dealers } = await readRanking(context, tiers);
  signal?.throwIfAborted();
  const subjects = subjectsOf(context);
  const ranked = rankedRows(facts, subjects, dealers);
  const isShown = (group: string): boolean => context.level !== 'account' || chosen(context.byKey.get(group)!);
  return {
    rows: ranked.filter(({ group }) => isShown(group)).map(({ row }) => row),
    context,
    facts,
    subjects,
    isShown,
  };
}
