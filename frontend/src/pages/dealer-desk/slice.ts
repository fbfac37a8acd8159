import type { Slice } from '@/components/frame/workspace';

/** What the people of a dealer work with. */
export const dealerSlice: Slice = { workspace: 'dealer', routes: [], entries: [] };
