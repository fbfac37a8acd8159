export const words = { desk: { nav: {} } };
