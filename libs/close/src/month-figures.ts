import type { Report, Subject } from '@app/contracts';
import { FROZEN_KEYS, type FrozenKey, type KeptFigure, type ReportService, hashOfFigure, subjectKey, without } from '@app/reports';
import { FiguresDigest, compareFigures } from './close-chain';

/** Every figure of a month, in the order of a close, with the hash over all. */
export interface MonthFigures {
  figures: KeptFigure[];
  figuresHash: string;
  /** Names of the rate cards that took part, where the reports say so. */
  rateCards: string[];
}

/** Computes every report of a month that a close holds, as if the month were not closed. `told` hears how many are done. */
export async function computeFigures(
  reports: ReportService,
  { brand, month }: { brand: string; month: string },
  told: (done: number, of: number) => void = () => undefined,
): Promise<MonthFigures> {
  const figures: KeptFigure[] = [];
  const cards = new Set<string>();
  for (const [done, key] of FROZEN_KEYS.entries()) {
    const { report: name, level, regions, basis } = key;
    const report = (await reports.liveReport(
      { name, brand, month, level, basis, ...(regions ? { regions } : {}) },
      'all',
    )) as Report<Subject>;
    for (const card of (report.meta as { rateCards?: string[] }).rateCards ?? []) cards.add(card);
    figures.push(...figuresOfReport(key, report));
    told(done + 1, FROZEN_KEYS.length);
  }
  figures.sort(compareFigures);
  const digest = new FiguresDigest();
  for (const { hash } of figures) digest.take(hash);
  return { figures, figuresHash: digest.digest(), rateCards: [...cards].sort() };
}

/** What a report says of itself, without what the record of the close says, and its rows. */
function figuresOfReport(key: FrozenKey, { rows, meta }: Report<Subject>): KeptFigure[] {
  const said = without(meta, 'policyVersion', 'dataInstant', 'closed', 'preview');
  const kept = (place: number, subject: string, content: object): KeptFigure => {
    const figure = { ...key, place, subject, content: JSON.stringify(content) };
    return { ...figure, hash: hashOfFigure(figure) };
  };
  return [kept(0, '', { ...said, rows: rows.length }), ...rows.map((row, at) => kept(at + 1, subjectKey(row), row))];
}
