import type { RankingRow, Subject } from '@app/contracts';
import {
  type RankingFacts,
  type ReportAsk,
  type ReportContext,
  openAsk,
  rankedRows,
  readRanking,
  shownRows,
  subjectsOf,
} from '@app/reports';

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
  const opened = await openAsk(ask);
  const { context, tiers } = opened;
  const { facts, dealers } = await readRanking(context, tiers);
  signal?.throwIfAborted();
  const subjects = subjectsOf(context);
  const ranked = rankedRows(facts, subjects, dealers);
  const mayShow = shownRows(context, opened);
  const isShown = (group: string): boolean => mayShow(subjects.get(group)!);
  return {
    rows: ranked.filter(({ group }) => isShown(group)).map(({ row }) => row),
    context,
    facts,
    subjects,
    isShown,
  };
}
