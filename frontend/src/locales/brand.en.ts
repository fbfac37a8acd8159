export const words = { brand: { nav: { overview: 'Overview' } } };
