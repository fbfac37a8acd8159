/** With what a link, or the company's sign-in, opens the page: `#link=…`, `#second-factor=…`, `#enrol=…`, `#refused=company`. */
export interface BegunStep {
  kind: 'link' | 'second-factor' | 'enrol' | 'refused';
  value: string;
}

/** Null: nothing that this page knows. */
export function stepOfHash(hash: string): BegunStep | null {
  const [, kind, value] = /^#(link|second-factor|enrol|refused)=([\w.-]{1,2000})$/.exec(hash) ?? [];
  return kind && value ? { kind: kind as BegunStep['kind'], value } : null;
}
