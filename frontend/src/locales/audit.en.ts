export const words = { audit: { nav: {} } };
