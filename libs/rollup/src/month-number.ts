/** `2026-10` as the 202610 of the roll-up tables. */
export const monthNumber = (month: string): number => Number(month.replace('-', ''));
export const monthText = (month: number): string => `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`;
