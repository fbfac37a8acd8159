import { CHANNELS_ASSISTANT } from './channels-assistant';
import { CHANNELS_LIVE } from './channels-live';
import { DOUYIN_CREATOR } from './douyin-creator';
import { DOUYIN_FOLLOWERS } from './douyin-followers';
import { DOUYIN_LIVE_SCREEN } from './douyin-live-screen';
import { DOUYIN_TREND } from './douyin-trend';
import type { ExportPreset } from './export-preset';
import { HEADQUARTERS_LEADS } from './headquarters-leads';
import { KUAISHOU_WORKS } from './kuaishou-works';
import { LIVE_LEDGER } from './live-ledger';
import { SHOP_LIVE } from './shop-live';

/** Every export that is known; the first whose needed headers are all there takes a file, so the more demanding one stands first. */
export const EXPORT_PRESETS: readonly ExportPreset[] = [
  CHANNELS_ASSISTANT,
  CHANNELS_LIVE,
  DOUYIN_CREATOR,
  KUAISHOU_WORKS,
  DOUYIN_LIVE_SCREEN,
  SHOP_LIVE,
  LIVE_LEDGER,
  HEADQUARTERS_LEADS,
  DOUYIN_FOLLOWERS,
  DOUYIN_TREND,
];
