/** The tokens that charts draw with, read from the page's style sheet. */
export interface Palette {
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  line2: string;
  surface: string;
  raised: string;
  accent: string;
  accentWash: string;
  up: string;
  down: string;
  amber: string;
  font: string;
}

/** The palette of the theme that is in force. */
export function readPalette(): Palette {
  const style = window.getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token('ink'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    line: token('line'),
    line2: token('line-2'),
    surface: token('surface'),
    raised: token('raised'),
    accent: token('accent'),
    accentWash: token('accent-wash'),
    up: token('up'),
    down: token('down'),
    amber: token('amber'),
    font: token('font'),
  };
}
