/** The same without some of its fields. */
export function without<Value extends object, Field extends keyof Value>(value: Value, ...fields: readonly Field[]): Omit<Value, Field> {
  const left = new Set(fields as readonly PropertyKey[]);
  return Object.fromEntries(Object.entries(value).filter(([field]) => !left.has(field))) as Omit<Value, Field>;
}
