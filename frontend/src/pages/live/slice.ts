import type { Slice } from '@/components/frame/workspace';

/** Rooms that are live. */
export const liveSlice: Slice = { workspace: 'live', routes: [], entries: [] };
