const PREFIX = 'vitrine.draft.';

/** Where the tab keeps the draft of a form of a person. */
export const draftName = (userId: string, form: string) => `${PREFIX}${userId}.${form}`;

/** Null: there is none that can be read. */
export function readDraft<T>(name: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

/** When a person signs out on purpose, nothing of theirs stays in the tab. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
