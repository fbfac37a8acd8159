/** What a process may run: `up` everything, `api` HTTP and the page, `collector` the jobs. */
export const PROCESS_ROLES = ['up', 'api', 'collector'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];
