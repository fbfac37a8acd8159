import type { Slice } from '@/components/frame/workspace';

/** What an auditor works with. */
export const auditSlice: Slice = { workspace: 'audit', routes: [], entries: [] };
