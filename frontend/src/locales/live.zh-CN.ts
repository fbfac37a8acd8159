export const words = { live: { nav: {} } };
