/** SQL of an instant's column as answers write it: ISO 8601 in UTC with milliseconds. */
export const isoInstant = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
