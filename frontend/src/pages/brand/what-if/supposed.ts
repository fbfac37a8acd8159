import { PLATFORMS, VALUE_LINES, type Platform, type SupposedPrice, type ValueLine } from '@app/contracts';

/** What is supposed, as it stands in the address: `minVisits:3,weightShowroom:40` and `douyin/live_view:0.06`. */
export interface Supposed {
  policy: Record<string, string>;
  /** Unit prices by `platform/line`. */
  prices: Record<string, string>;
}

const pairs = (text: string): [string, string][] =>
  text.split(',').flatMap((part) => {
    const [, name, value] = /^([\w/]+):(-?\d+(?:\.\d+)?)$/.exec(part.trim()) ?? [];
    return name && value ? [[name, value]] : [];
  });

/** Reads both texts of an address; what is no supposition is left out. */
export function readSupposed(policy: string, prices: string): Supposed {
  const isPrice = (name: string) => {
    const [platform, line] = name.split('/');
    return (PLATFORMS as readonly string[]).includes(platform) && (VALUE_LINES as readonly string[]).includes(line);
  };
  return {
    policy: Object.fromEntries(pairs(policy).filter(([name]) => !name.includes('/'))),
    prices: Object.fromEntries(pairs(prices).filter(([name]) => isPrice(name))),
  };
}

export const writePairs = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');

/** As the api takes it. */
export const supposedPrices = (prices: Record<string, string>): SupposedPrice[] =>
  Object.entries(prices).map(([name, unitPriceCny]) => {
    const [platform, line] = name.split('/') as [Platform, ValueLine];
    return { platform, line, unitPriceCny };
  });

/** A slider: its field, its range, and its step. */
export interface Slider {
  field: string;
  min: number;
  max: number;
  step: number;
}
export const POLICY_SLIDERS: readonly Slider[] = [
  { field: 'minVisits', min: 1, max: 10, step: 1 },
  { field: 'minVisitDwellSeconds', min: 0, max: 300, step: 10 },
  { field: 'weightShowroom', min: 0, max: 100, step: 1 },
  { field: 'weightValue', min: 0, max: 100, step: 1 },
  { field: 'weightLoyalty', min: 0, max: 100, step: 1 },
  { field: 'weightEngagement', min: 0, max: 100, step: 1 },
  { field: 'weightCadence', min: 0, max: 100, step: 1 },
  { field: 'weightGrowth', min: 0, max: 100, step: 1 },
  { field: 'headTierCny', min: 1_000_000, max: 10_000_000, step: 100_000 },
  { field: 'baseTierCny', min: 100_000, max: 5_000_000, step: 50_000 },
];

/** The supposition with one value changed; back at what is in force it is none. */
export function supposing(values: Record<string, string>, name: string, value: string, inForce: string): Record<string, string> {
  const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
  return Number(value) === Number(inForce) ? rest : { ...rest, [name]: value };
}
