/** What a row of a landing log touches, as the views on it mark each delivery in `dirty_keys` (migration 0012): SQL over the rows of one account and bucket. */
interface DeliveryMarks {
  bucket: string;
  first: string;
  last: string;
  names: string;
}

const NO_NAMES = `CAST([], 'Array(String)')`;
const at = (moment: string, names: string): DeliveryMarks => ({
  bucket: `toYYYYMM(${moment})`,
  first: `min(${moment})`,
  last: `max(${moment})`,
  names,
});
const onDay = (names: string): DeliveryMarks => ({
  bucket: 'toYYYYMM(day)',
  first: `min(toDateTime64(day, 3, 'UTC'))`,
  last: `max(toDateTime64(day, 3, 'UTC'))`,
  names,
});
const SESSIONS = 'groupUniqArray(session_id)';

/** By fact table; facts without account are not marked. */
export const MARKS: Readonly<Record<string, DeliveryMarks>> = {
  entries: { ...at('entered_at', `groupUniqArrayIf(toString(session_id), session_id != '')`), bucket: 'month' },
  sessions: {
    ...at('started_at', SESSIONS),
    last: 'max(greatest(ifNull(ended_at, started_at + INTERVAL 24 HOUR), started_at))',
  },
  minutes: at('minute', SESSIONS),
  comments: at('at', SESSIONS),
  video_readings: at('read_at', NO_NAMES),
  video_days: onDay(NO_NAMES),
  follower_readings: onDay(NO_NAMES),
  leads: onDay(`arrayConcat(groupUniqArray(toString(lead_key)), groupUniqArrayIf(session_id, session_id != ''))`),
};
