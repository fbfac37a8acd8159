import type { Slice } from '@/components/frame/workspace';
import { auditSlice } from './audit/slice';
import { brandSlice } from './brand/slice';
import { dealerSlice } from './dealer-desk/slice';
import { liveSlice } from './live/slice';

/** Every slice, in the order of the rail. A page is added in its slice, not here. */
export const SLICES: readonly Slice[] = [brandSlice, dealerSlice, auditSlice, liveSlice];
