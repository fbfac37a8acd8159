export const words = {
  map: {
    classes: 'Classes',
    range: '{low} to {high}',
    direct: 'Counties directly under the province',
    missing: 'The map could not be read; the figures are in the table.',
  },
  funnel: {
    title: 'From entries to people who come back',
    entries: 'Entries',
    identified: 'of which with a usable id',
    viewers: 'Viewers',
    showroomVisitors: 'Showroom visitors',
    on2Days: 'of which on ≥ 2 days',
    note: 'On the right: share of the step before (never persons of entries); identifiable entries {share}',
  },
};
