/** A province-level region as a tile: its place says roughly where it lies, nothing of borders or size. */
export interface ProvinceTile {
  /** First two digits of GB/T 2260. */
  code: string;
  /** The standard's letters, where there is no room for a name. */
  letters: string;
  zh: string;
  en: string;
  column: number;
  row: number;
}

const TILES = `
23 HL 黑龙江 Heilongjiang 8 0 | 15 NM 内蒙古 Inner_Mongolia 5 1 | 22 JL 吉林 Jilin 8 1
65 XJ 新疆 Xinjiang 0 2 | 63 QH 青海 Qinghai 1 3 | 62 GS 甘肃 Gansu 2 3 | 64 NX 宁夏 Ningxia 3 2 | 14 SX 山西 Shanxi 5 2 | 11 BJ 北京 Beijing 6 2 | 12 TJ 天津 Tianjin 7 2 | 21 LN 辽宁 Liaoning 8 2
54 XZ 西藏 Tibet 0 4 | 61 SN 陕西 Shaanxi 4 3 | 41 HA 河南 Henan 5 3 | 13 HE 河北 Hebei 6 3 | 37 SD 山东 Shandong 7 3
51 SC 四川 Sichuan 2 4 | 50 CQ 重庆 Chongqing 3 4 | 42 HB 湖北 Hubei 4 4 | 34 AH 安徽 Anhui 5 4 | 32 JS 江苏 Jiangsu 6 4 | 31 SH 上海 Shanghai 7 4
53 YN 云南 Yunnan 2 5 | 52 GZ 贵州 Guizhou 3 5 | 43 HN 湖南 Hunan 4 5 | 36 JX 江西 Jiangxi 5 5 | 33 ZJ 浙江 Zhejiang 6 5
45 GX 广西 Guangxi 4 6 | 44 GD 广东 Guangdong 5 6 | 35 FJ 福建 Fujian 6 6 | 71 TW 台湾 Taiwan 7 6
46 HI 海南 Hainan 4 7 | 82 MO 澳门 Macao 5 7 | 81 HK 香港 Hong_Kong 6 7`;

/** All 34, in reading order. */
export const PROVINCE_TILES: readonly ProvinceTile[] = TILES.trim()
  .split(/\s*(?:\||\n)\s*/)
  .map((text) => {
    const [code, letters, zh, en, column, row] = text.split(' ');
    return { code, letters, zh, en: en.replaceAll('_', ' '), column: Number(column), row: Number(row) };
  });
