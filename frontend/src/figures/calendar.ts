import { businessMonth } from '@app/contracts';

/** Whether a month still runs at the instant of the data: its figures will still grow. */
export function isOpenMonth(month: string, dataInstant: string, zone: string): boolean {
  return businessMonth(Date.parse(dataInstant), zone) <= month;
}
