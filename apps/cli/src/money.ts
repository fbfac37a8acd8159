/** Exact decimal string to two places with thousands, half away from zero, for reading; the exact amounts are in the JSON. `—` is unknown. */
export function money(value: string | null | undefined): string {
  if (value === null || value === undefined) return '—';
  const [, sign, whole, places = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === undefined) return value;
  const cents = BigInt(whole + places.padEnd(2, '0').slice(0, 2)) + (Number(places[2] ?? 0) >= 5 ? 1n : 0n);
  const text = cents.toString().padStart(3, '0');
  return `${cents === 0n ? '' : sign}${BigInt(text.slice(0, -2)).toLocaleString('en')}.${text.slice(-2)}`;
}
