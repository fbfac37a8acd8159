/** One field of a change as it is shown. */
export interface PlainField {
  field: string;
  before: string;
  after: string;
}

/** Fields one by one: those of an object (`weights.showroom`) each on its own and only where they differ, lists as text, nothing as a dash. */
export function plainFields(fields: readonly { field: string; before: unknown; after: unknown }[]): PlainField[] {
  return fields.flatMap(({ field, before, after }) => {
    if (!isObject(before) && !isObject(after)) return [{ field, before: plain(before), after: plain(after) }];
    const [was, is] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .map((part) => ({ field: `${field}.${part}`, before: plain(was[part]), after: plain(is[part]) }))
      .filter((one) => one.before !== one.after);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  return Array.isArray(value) ? value.map(plain).join(', ') || '—' : String(value);
}
