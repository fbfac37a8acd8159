import { VitrineError } from '@app/contracts';
import names from './gbt2260.json';

const NAMES = new Map<string, string>(Object.entries(names));
/** Levels that the standard inserts where a province has no cities of its own: they are in no address. */
const FILLERS = new Set(['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划']);

/** Is this a code of GB/T 2260 (province, city or county)? */
export function isAdcode(text: string): boolean {
  return NAMES.has(text);
}

export interface Place {
  province: string;
  /** Null on a province's own code. */
  city: string | null;
  /** Null on a province's or city's own code. */
  county: string | null;
}

/** The parts of a place by GB/T 2260, names as in the standard. Throws `bad_input` for an unknown code. */
export function placeOf(adcode: string): Place {
  if (!NAMES.has(adcode)) throw unknownAdcode(adcode);
  const nameOf = (code: string) => NAMES.get(code) ?? null;
  return {
    province: nameOf(provinceCode(adcode)) ?? '',
    city: adcode.endsWith('0000') ? null : nameOf(cityCode(adcode)),
    county: adcode.endsWith('00') ? null : nameOf(adcode),
  };
}

/** `440106` → `广东省 广州市 天河区`; fillers such as 市辖区 are left out (`110105` → `北京市 朝阳区`). Throws `bad_input` for an unknown code. */
export function placeName(adcode: string): string {
  const { province, city, county } = placeOf(adcode);
  return [province, city, county].filter((name) => name !== null && !FILLERS.has(name)).join(' ');
}

/** Code of the city (xxxx00) that a code lies in. */
export function cityCode(adcode: string): string {
  return `${adcode.slice(0, 4)}00`;
}

/** Code of the province (xx0000) that a code lies in. */
export function provinceCode(adcode: string): string {
  return `${adcode.slice(0, 2)}0000`;
}

function unknownAdcode(adcode: string): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `行政区划代码 ${adcode} 不在 GB/T 2260 中`, en: `${adcode} is no code of GB/T 2260` },
    {
      remedy: {
        zh: '请填写六位行政区划代码，例如广州市天河区 440106；在电子表格中请把该列设为文本',
        en: 'Give the six-digit code, such as 440106 for Tianhe, Guangzhou; in a spreadsheet make the column text',
      },
    },
  );
}
