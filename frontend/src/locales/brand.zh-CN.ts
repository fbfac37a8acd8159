export const words = { brand: { nav: { overview: '总览' } } };
