/** Token under which the log of pushes is given. */
export const WEBHOOK_LOGGER = 'webhook logger';
