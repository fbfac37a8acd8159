import type { InspectedDistribution, InspectedQuantiles, Inspection } from '@app/contracts';
import type { PackPages } from './pack-pages';
import { figureText, instantText, type PackLanguage, type PackWord } from './pack-words';

interface Pack {
  pages: PackPages;
  say: PackWord;
  language: PackLanguage;
  inspection: Inspection;
}

/** Rooms that are printed; the JSON has all. */
const ROOMS_PRINTED = 25;

const at = (own: InspectedQuantiles | null, share: number): number | null =>
  own?.quantiles.find((one) => one.share === share)?.deviation ?? null;

/** Where the subject lies within its own past and among honest peers: every claim of every detector that compares with a distribution. */
export function references({ pages, say, language, inspection: { detectors, zone } }: Pack): void {
  const all = detectors.flatMap(({ distributions }) => distributions);
  pages.heading(say('references'), 2);
  if (all.length === 0) return pages.paragraph(say('none'));
  pages.paragraph(say('deviation'), { faint: true, size: 8 });
  for (const { title, distributions } of detectors) {
    if (distributions.length === 0) continue;
    pages.heading(title[language], 3);
    for (const one of distributions.slice(0, 2)) strip({ pages, language }, one);
    pages.table(
      [
        { title: say('claim'), share: 5 },
        { title: say('most'), share: 2, figures: true },
        { title: say('quantile'), share: 2, figures: true },
        { title: `${say('own')} 50 %`, share: 2, figures: true },
        { title: `${say('peers')} 50 %`, share: 2, figures: true },
        { title: `${say('peers')} 95 %`, share: 2, figures: true },
        { title: `${say('peers')} 99 %`, share: 2, figures: true },
        { title: say('when'), share: 3 },
      ],
      distributions.map(({ label, subject, own, peers }) => {
        const most = [...subject].sort((a, b) => b.deviation - a.deviation).at(0);
        return [
          label[language],
          ...[most?.deviation ?? null, most?.quantile ?? null, at(own, 0.5), at(peers, 0.5), at(peers, 0.95), at(peers, 0.99)].map(
            figureText,
          ),
          most ? instantText(most.at, zone) : '—',
        ];
      }),
    );
  }
}

function strip({ pages, language }: Pick<Pack, 'pages' | 'language'>, { label, subject, own, peers }: InspectedDistribution): void {
  const ranges = [peers, own].map((one) => one?.quantiles.map(({ deviation }) => deviation) ?? []);
  pages.strip(label[language], { peers: ranges[0], own: ranges[1], points: subject.map(({ deviation }) => deviation) });
}

/** With whom the room shares viewers: how many, and how many sizes alone let expect. */
export function overlaps({ pages, say, language, inspection }: Pack): void {
  pages.heading(say('overlaps'), 2);
  const known = inspection.overlaps;
  if (!known) return pages.paragraph(say('noViewers'));
  if (known.note) pages.paragraph(known.note[language], { faint: true, size: 8 });
  const own = known.edges.filter(({ a }) => a === 0);
  if (own.length === 0) return;
  pages.table(
    [
      { title: say('room'), share: 5 },
      { title: say('viewers'), share: 2, figures: true },
      { title: say('shared'), share: 2, figures: true },
      { title: say('expected'), share: 2, figures: true },
      { title: say('detector'), share: 4 },
    ],
    own.slice(0, ROOMS_PRINTED).map(({ b, shared, expected, detectors }) => {
      const { name, accountId, viewers } = known.nodes[b];
      return [name ?? accountId ?? `#${b}`, figureText(viewers), figureText(shared), figureText(expected), detectors.join(', ')];
    }),
  );
}
