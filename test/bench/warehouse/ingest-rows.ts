import type { FactRow } from '@app/warehouse';
import { ASKED } from './generator/year';

const SOURCES = ['推荐', '推荐', '推荐', '关注', '短视频'];

/** 32 bits that follow from a number, spread evenly (Murmur's last step). */
function spread(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Row `at` of a month's entries as an import builds it: hashed keys, half of the viewers come again, 25 sessions an account. */
export function entryRow(at: number, brandId: number, accounts: number): FactRow {
  const account = at % accounts;
  const session = spread(at * 3 + 1) % 25;
  const viewer = at % 2 === 0 ? spread(at) : spread(at % 50_000);
  const start = ASKED.from + session * 86_400_000 + 68_400_000;
  return {
    month: ASKED.yyyymm,
    account_key: BigInt(spread(account + 7)) * 4_294_967_291n,
    viewer_key: BigInt(viewer) * 4_294_967_279n + 1n,
    entered_at: start + (spread(at * 5 + 2) % 7_200_000),
    entry_key: 0n,
    dwell_seconds: at % 14 === 0 ? null : 1 + (spread(at * 7 + 3) % 600),
    session_id: `73${spread(account * 31 + session)}`,
    entry_id: '',
    traffic_source: SOURCES[at % SOURCES.length],
    adcode: '',
    device: at % 4 === 0 ? 'ios' : 'android',
    is_new_account: null,
    brand_id: brandId,
    source: 'feed',
    retracted: 0,
    observed_at: start + 7_800_000,
    ingested_at: start + 7_845_000,
    delivery_id: 1n,
  };
}
