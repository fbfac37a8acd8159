import { addDays } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { importRows } from '@app/ingest';
import { drawsOf, honestSessions, type MadeSession } from './honest-accounts';
import type { TestStores } from './stores';

/** Eleven weeks of a small brand with a dealer per account: honest ones, and six that tamper with the last three weeks, each in one way. */
export const WINDOW = { from: Date.parse('2026-10-05T00:00:00+08:00'), to: Date.parse('2026-10-26T00:00:00+08:00') };
/** Another source tells of one session, one day and one video of two accounts what the first does not. */
export const DISAGREEING = { account: 'a21', video: 'a20', day: 62 } as const;
export const TAMPERED = { views: 'a0', likes: 'a1', curve: 'a2', export: 'a3', followers: 'a4', plays: 'a9' } as const;
const ACCOUNTS = 26;
/** Accounts whose minutes are known. */
const WITH_MINUTES = 8;
const FIRST = '2026-08-10';
const DAYS = 77;
const WINDOW_DAY = 56;
const MINUTES = 60;
const FIRST_DAY = Date.parse(`${FIRST}T00:00:00Z`) / 86_400_000;

export const instantOf = (day: number, minutes = 0): number => Date.parse(`${addDays(FIRST, day)}T19:00:00+08:00`) + minutes * 60_000;
const at = (day: number, minutes = 0): string => new Date(instantOf(day, minutes)).toISOString();
export const account = (accountId: string) => ({ platform: 'douyin' as const, accountId });

/** The row of a session as it is imported. */
export function sessionRow(
  accountId: string,
  day: number,
  { views, likes, comments, shares, follows, leads, peak }: Omit<MadeSession, 'day'>,
) {
  const totals = { views, uniqueViewers: Math.round(views * 0.8), peakConcurrent: peak, likes, comments, shares, follows, leads };
  return { ...account(accountId), sessionId: `${accountId}-${day}`, startedAt: at(day), endedAt: at(day, MINUTES), ...totals };
}

/** Makes the brand; answers its number. */
export async function openIntegrityBrand(stores: TestStores): Promise<number> {
  const { brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
  const writer = new StateWriter(stores.dataSource, stores.secret);
  const ids = Array.from({ length: ACCOUNTS }, (_, at) => `a${at}`);
  const dealers = ids.map((id) => ({ dealerId: `d-${id}`, name: `Dealer ${id}`, adcode: '330100' }));
  const accounts = ids.map((id) => ({ ...account(id), name: id, dealerId: `d-${id}`, ownerKind: 'dealer' as const }));
  const refused = [await writer.upsertDealers(brandId, dealers), await writer.upsertAccounts(brandId, accounts)].flatMap(
    (one) => one.rejected,
  );
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  const rows = {
    sessions: [] as object[],
    minutes: [] as object[],
    followers: [] as object[],
    'video-days': [] as object[],
    videos: [] as object[],
  };
  ids.forEach((id, place) => {
    const honest = honestSessions(place + 50, { from: FIRST_DAY, days: DAYS, level: 1500 + 50 * place });
    addFollowers(rows.followers, id, place, honest);
    addVideo(rows, id, place);
    honest.forEach((made, day) => {
      const told = tampered(id, made, day);
      rows.sessions.push(sessionRow(id, day, told));
      if (place < WITH_MINUTES) rows.minutes.push(...minuteRows(id, day, id === TAMPERED.export ? made : told));
    });
  });
  for (const [kind, own] of Object.entries(rows)) {
    const { rejected, rejects } = await importRows(stores, { kind, rows: own, brandId });
    if (rejected > 0) throw new Error(JSON.stringify(rejects.slice(0, 3)));
  }
  await deliverSecondSource(stores, brandId, rows);
  return brandId;
}

/** By a source that the policy trusts less, so that no figure changes. One like more, which is tolerated, stands beside. */
async function deliverSecondSource(stores: TestStores, brandId: number, rows: Record<'sessions' | 'followers' | 'videos', object[]>) {
  const { account: accountId, video, day } = DISAGREEING;
  const of = <Row extends object>(list: object[], id: string, at: object): Row =>
    list.find((row) => Object.entries({ accountId: id, ...at }).every(([name, value]) => row[name as keyof typeof row] === value)) as Row;
  const session = of<{ likes: number; comments: number }>(rows.sessions, accountId, { sessionId: `${accountId}-${day}` });
  const followers = of<{ total: number }>(rows.followers, accountId, { day: addDays(FIRST, day) });
  const reading = of<{ plays: number }>(rows.videos, video, { readAt: at(day, 120) });
  const told = {
    sessions: { ...session, likes: session.likes * 3, comments: session.comments + 1 },
    followers: { ...followers, total: followers.total + 50 },
    // before the own reading of that evening: the last one of a day counts
    videos: { ...reading, readAt: at(day, 60), plays: reading.plays * 2 },
  };
  for (const [kind, row] of Object.entries(told)) await importRows(stores, { kind, rows: [row], brandId, source: 'feed' });
}

function tampered(id: string, made: MadeSession, day: number): MadeSession {
  if (day < WINDOW_DAY) return made;
  if (id === TAMPERED.views) return { ...made, views: Math.round(made.views * 2), peak: Math.round(made.peak * 2) };
  if (id === TAMPERED.likes) return { ...made, likes: made.likes * 2 };
  if (id === TAMPERED.export) return { ...made, views: Math.round(made.views * 1.4) };
  return made;
}

/** An hour in minutes: the room fills and empties; counts of the minutes add up to the session's. */
function minuteRows(id: string, day: number, { views, likes, comments, peak }: MadeSession): object[] {
  const draws = drawsOf(day * 31 + Number(id.slice(1)));
  const form = Array.from(
    { length: MINUTES },
    (_, minute) => Math.sin((Math.PI * (minute + 3)) / (MINUTES + 6)) * Math.exp(0.12 * draws.normal()),
  );
  const whole = form.reduce((sum, share) => sum + share, 0);
  const spread = (total: number): number[] => {
    let given = 0;
    let reach = 0;
    return form.map((share) => {
      reach += share;
      const upTo = Math.round((total * reach) / whole);
      const own = upTo - given;
      given = upTo;
      return own;
    });
  };
  const [viewsOf, likesOf, commentsOf] = [spread(views), spread(likes), spread(comments)];
  const bots = (minute: number): number => (id === TAMPERED.curve && day >= WINDOW_DAY && minute >= 18 && minute < 44 ? peak : 0);
  return form.map((share, minute) => ({
    ...account(id),
    sessionId: `${id}-${day}`,
    minute: at(day, minute),
    concurrent: Math.round(peak * Math.min(1, share)) + bots(minute),
    views: viewsOf[minute],
    likes: likesOf[minute],
    comments: commentsOf[minute],
  }));
}

function addFollowers(rows: object[], id: string, place: number, sessions: readonly MadeSession[]): void {
  const draws = drawsOf(place + 900);
  let total = 5000 + 100 * place;
  sessions.forEach(({ follows }, day) => {
    total += follows + draws.count(8);
    if (id === TAMPERED.followers && day === WINDOW_DAY + 6) total += 1500;
    rows.push({ ...account(id), day: addDays(FIRST, day), total });
  });
}

/** One video of each of some accounts: most told by the platform's days, one account's by running totals. */
function addVideo(rows: Record<'video-days' | 'videos', object[]>, id: string, place: number): void {
  if (place < WITH_MINUTES || place > 20) return;
  const running = { plays: 0, likes: 0, comments: 0, shares: 0, follows: 0 };
  honestSessions(place + 700, { from: FIRST_DAY, days: DAYS, level: 4000 }).forEach((made, day) => {
    const plays = id === TAMPERED.plays && day >= WINDOW_DAY ? made.views * 3 : made.views;
    const gains = { plays, likes: made.likes, comments: made.comments, shares: made.shares, follows: made.follows };
    const video = { ...account(id), videoId: `v-${id}` };
    if (place < 20) return void rows['video-days'].push({ ...video, day: addDays(FIRST, day), ...gains });
    for (const name of Object.keys(running) as (keyof typeof running)[]) running[name] += gains[name];
    rows.videos.push({ ...video, publishedAt: at(0), readAt: at(day, 120), ...running });
  });
}
