import type { ShowroomRow } from '@app/contracts';

export interface FunnelStep {
  word: 'entries' | 'identified' | 'viewers' | 'showroomVisitors' | 'on2Days';
  /** Of the report's row, where the reason stands when the figure is unknown. */
  field: string;
  value: number | null;
  /** Of the step before; null where one of both is unknown, where the step before is 0, and for the first and for persons out of entries. */
  share: number | null;
  /** How long its bar is, in the unit of its kind. */
  length: number | null;
}

/**
 * How entries become people who come back. Entries and persons are told apart: a share stands only between steps that count the same. Of the entries with a usable id the interface
 * tells the share alone (four places): their number would be a guess of the page.
 */
export function funnelSteps(row: ShowroomRow): FunnelStep[] {
  const { entries, identifiability, viewers, showroomVisitors, showroomVisitorsOn2Days } = row;
  const share = (part: number | null, whole: number | null) => (part === null || !whole ? null : part / whole);
  const counted = (word: FunnelStep['word'], field: string, value: number | null, of: number | null): FunnelStep => ({
    ...{ word, field, value, share: share(value, of) },
    length: value,
  });
  return [
    counted('entries', 'entries', entries, null),
    {
      ...{ word: 'identified', field: 'identifiability', value: null, share: identifiability },
      length: identifiability === null ? null : entries * identifiability,
    },
    counted('viewers', 'viewers', viewers, null),
    counted('showroomVisitors', 'showroomVisitors', showroomVisitors, viewers),
    counted('on2Days', 'showroomVisitorsOn2Days', showroomVisitorsOn2Days, showroomVisitors),
  ];
}
