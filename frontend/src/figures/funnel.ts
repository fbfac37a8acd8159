import type { ShowroomRow } from '@app/contracts';

export interface FunnelStep {
  word: 'entries' | 'identified' | 'viewers' | 'showroomVisitors' | 'on2Days';
  /** Of the report's row, where the reason stands when the figure is unknown. */
  field: string;
  value: number | null;
  /** Of the step before; null where one of both is unknown, where the step before is 0, and for the first and for persons out of entries. */
  share: number | null;
}

/** How entries become people who come back. Entries and persons are told apart: a share stands only between steps that count the same. */
export function funnelSteps(row: ShowroomRow): FunnelStep[] {
  const { entries, identifiability, viewers, showroomVisitors, showroomVisitorsOn2Days } = row;
  const identified = identifiability === null ? null : Math.round(entries * identifiability);
  const share = (part: number | null, whole: number | null) => (part === null || !whole ? null : part / whole);
  return [
    { word: 'entries', field: 'entries', value: entries, share: null },
    { word: 'identified', field: 'identifiability', value: identified, share: identifiability },
    { word: 'viewers', field: 'viewers', value: viewers, share: null },
    { word: 'showroomVisitors', field: 'showroomVisitors', value: showroomVisitors, share: share(showroomVisitors, viewers) },
    {
      word: 'on2Days',
      field: 'showroomVisitorsOn2Days',
      value: showroomVisitorsOn2Days,
      share: share(showroomVisitorsOn2Days, showroomVisitors),
    },
  ];
}
