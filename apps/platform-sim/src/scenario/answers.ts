import type { ScenarioEngine, Where } from './engine';

/** Numbers as text, everywhere but in lists of ids; text stays text, since long ids lose digits as numbers. */
function numbersAsText(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(numbersAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, numbersAsText(field)]));
}

/** Fields that the documentation shows both as one object and as a list. */
const EITHER = ['finder_attr'];

function eitherForm(answer: Record<string, unknown>): object {
  const changed = { ...answer };
  for (const name of EITHER) {
    const value = changed[name];
    if (Array.isArray(value)) changed[name] = value[0] as unknown;
    else if (value !== undefined) changed[name] = [value];
  }
  return changed;
}

/** The answer in another of its forms, as the running scenarios draw it. */
export function reshaped(answer: object, scenarios: ScenarioEngine, where: Where): object {
  let shown = answer;
  for (const name of ['object-or-list', 'number-or-text'] as const) {
    const setting = scenarios.find(name, where.server, where.account);
    if (!setting || scenarios.draw(name, where) >= (setting.rate ?? 0.5)) continue;
    shown = name === 'number-or-text' ? (numbersAsText(shown) as object) : eitherForm(shown as Record<string, unknown>);
  }
  return shown;
}
