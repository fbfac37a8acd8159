import { dayStart } from '@app/contracts';
import type { WorldDeclaration } from '../world/shapes';
import { ZONE } from '../../warehouse/generator/year';

const DAY_MS = 86_400_000;

/** The world's first midnight, sixty days before a Monday: test weeks are business weeks. The zone knows no summer time, so that days are of equal length. */
const FIRST = dayStart('2026-07-30', ZONE);

/** Epoch ms of an instant of the world. */
export const instantOf = (sinceFirst: number): number => FIRST + sinceFirst;
export const dayInstant = (day: number): number => FIRST + day * DAY_MS;

/** Business day of a day of the world. */
export const dayText = (day: number): string => new Date(Date.UTC(2026, 6, 30 + day)).toISOString().slice(0, 10);

/** When a declaration holds, epoch ms. */
export const spanOf = ({ fromDay, toDay, instants }: WorldDeclaration): [from: number, to: number] =>
  instants === undefined ? [dayInstant(fromDay), dayInstant(toDay + 1)] : [instantOf(instants[0]), instantOf(instants[1])];
