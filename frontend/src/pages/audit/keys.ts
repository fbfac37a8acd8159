const FIELDS = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

/** Whether a key belongs to a field that is being typed in, or to the browser. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const { target } = event;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || (FIELDS.has(target.tagName) && (target as HTMLInputElement).type !== 'checkbox'))
  );
}
