import type { Inspection, InspectedDetector, LiveSession, Signal } from '@app/contracts';
import { PackPages } from './pack-pages';
import { overlaps, references } from './pack-references';
import { figureText, instantText, subjectText, wordsOf, type PackLanguage, type PackWord } from './pack-words';

/** Rows of one finding's evidence that are printed; the JSON has all. */
const ROWS_PRINTED = 20;
const ROWS_RECONCILED = 30;

interface Pack {
  pages: PackPages;
  say: PackWord;
  language: PackLanguage;
  inspection: Inspection;
}

/**
 * An inspection as a PDF: its hash on every page, every finding with figures, references, weakness and query. The same inspection gives the same pages.
 */
export async function evidencePack(inspection: Inspection, language: PackLanguage): Promise<Buffer> {
  const say = wordsOf(language);
  const pages = new PackPages({ title: `${say('title')} ${subjectText(inspection)}`, madeAt: new Date(inspection.madeAt) });
  const pack: Pack = { pages, say, language, inspection };
  cover(pack);
  summary(pack);
  findings(pack);
  others(pack);
  references(pack);
  overlaps(pack);
  broadcasts(pack);
  reconciliation(pack);
  cases(pack);
  return pages.end(`Vitrine · SHA-256 ${inspection.sha256}`);
}

function cover({ pages, say, inspection }: Pack): void {
  const { period, zone, scan, dealerId, dealerName, madeAt, sha256 } = inspection;
  const span = ({ from, to }: { from: string; to: string }) => `${instantText(from, zone)} – ${instantText(to, zone)} (${zone})`;
  pages.heading(say('title'), 1);
  pages.paragraph(`${say('subject')}: ${subjectText(inspection)}`);
  pages.paragraph(`${say('owner')}: ${dealerId === null ? '—' : `${dealerName ?? ''} (${dealerId})`}`);
  pages.paragraph(`${say('period')}: ${span(period)}`);
  pages.paragraph(`${say('measure')}: ${say('measured')} ${scan.scanId}, ${span(scan.window)}`);
  pages.paragraph(`${say('madeAt')}: ${instantText(madeAt, zone)}`);
  pages.paragraph(`${say('hash')}: ${sha256}`);
  pages.paragraph(say('hashNote'), { faint: true, size: 8 });
}

function summary({ pages, say, language, inspection }: Pack): void {
  const { fusion } = inspection;
  pages.heading(say('summary'), 2);
  pages.paragraph(say('undecided'));
  pages.paragraph(`${say('inorganic')}: ${percent(fusion.inorganic)}`);
  pages.paragraph(`${say('attributable')}: ${percent(fusion.attributable)}`);
  if (fusion.families.length > 0)
    pages.table(
      [
        { title: say('family'), share: 2 },
        { title: say('detector'), share: 5 },
        { title: say('strength'), share: 2, figures: true },
        { title: say('weight'), share: 2, figures: true },
        { title: say('contribution'), share: 3, figures: true },
      ],
      fusion.families.map((one) => [
        one.family,
        one.detectors.join(', '),
        figureText(one.strength),
        figureText(one.weight),
        figureText(one.contribution),
      ]),
    );
  for (const { text, contribution } of fusion.attribution)
    pages.paragraph(`${text[language]} (${figureText(contribution)})`, { faint: true });
  if (fusion.corrections.length === 0) return;
  pages.heading(say('corrections'), 3);
  pages.table(
    [
      { title: say('metric'), share: 3 },
      { title: say('reported'), share: 3, figures: true },
      { title: say('corrected'), share: 3, figures: true },
      { title: say('interval'), share: 4, figures: true },
    ],
    fusion.corrections.map(({ metric, reported, corrected: { value, low, high } }) => [
      metric,
      figureText(reported),
      figureText(value),
      `${figureText(low)} – ${figureText(high)}`,
    ]),
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function findings(pack: Pack): void {
  const { pages, say, language, inspection } = pack;
  const found = inspection.detectors.filter(({ outcome }) => outcome === 'found');
  pages.heading(say('found'), 2);
  if (found.length === 0) pages.paragraph(say('nothingFound'));
  for (const detector of found) {
    pages.heading(`${detector.title[language]} (${detector.detector} v${detector.version}, ${detector.family}, ${detector.tier})`, 3);
    pages.paragraph(detector.text[language], { faint: true, size: 8 });
    for (const signal of detector.signals) finding(pack, signal);
    pages.paragraph(`${say('weakness')}: ${detector.weaknesses[language]}`, { faint: true, size: 8 });
  }
}

function finding({ pages, say, language, inspection: { zone } }: Pack, { evidence, strength, window }: Signal): void {
  pages.paragraph(evidence.text[language]);
  pages.paragraph(
    `${say('window')}: ${instantText(window.from, zone)} – ${instantText(window.to, zone)} · ${say('strength')} ${figureText(strength)}`,
    { faint: true, size: 8 },
  );
  for (const { text } of evidence.declared ?? []) pages.paragraph(text[language], { faint: true, size: 8 });
  pages.table(
    [
      { title: say('figure'), share: 5 },
      { title: say('value'), share: 2, figures: true },
      { title: say('own'), share: 2, figures: true },
      { title: say('peers'), share: 2, figures: true },
      { title: say('quantile'), share: 2, figures: true },
    ],
    evidence.figures.map(({ label, value, ownReference, peerReference, honestQuantile }) => [
      label[language],
      ...[value, ownReference, peerReference, honestQuantile].map(figureText),
    ]),
  );
  printRows(pages, say, evidence.rows ?? []);
  pages.paragraph(`${say('query')} ${evidence.sqlHash}`, { faint: true, size: 7 });
}

function printRows(pages: PackPages, say: PackWord, rows: NonNullable<Signal['evidence']['rows']>): void {
  if (rows.length === 0) return;
  const names = Object.keys(rows[0]);
  pages.table(
    names.map((title) => ({ title, share: 1 })),
    rows.slice(0, ROWS_PRINTED).map((row) => names.map((name) => cellText(row[name]))),
  );
  if (rows.length > ROWS_PRINTED)
    pages.paragraph(`${say('more')} ${rows.length - ROWS_PRINTED} ${say('moreRows')}`, { faint: true, size: 8 });
}

const cellText = (value: string | number | boolean | null): string =>
  typeof value === 'number' ? figureText(value) : value === null ? '—' : String(value);

function others({ pages, say, language, inspection }: Pack): void {
  const of = (outcome: InspectedDetector['outcome']) => inspection.detectors.filter((one) => one.outcome === outcome);
  const reasonOf = ({ reasons }: InspectedDetector) =>
    reasons.map(({ reason, subjects }) => (subjects > 1 ? `${reason[language]} × ${subjects}` : reason[language])).join(' ');
  for (const [title, outcome] of [
    ['silent', 'silent'],
    ['unable', 'not-assessable'],
  ] as const) {
    pages.heading(say(title), 2);
    const listed = of(outcome);
    if (listed.length === 0) pages.paragraph(say('none'));
    else
      pages.table(
        [
          { title: say('detector'), share: 4 },
          { title: say('family'), share: 2 },
          { title: say('reason'), share: 6 },
        ],
        listed.map((one) => [one.title[language], one.family, reasonOf(one) || '—']),
      );
  }
}

function broadcasts(pack: Pack): void {
  const { pages, say, inspection } = pack;
  pages.heading(`${say('broadcasts')} (${inspection.broadcasts.length} / ${inspection.broadcastsWithFindings})`, 2);
  if (inspection.broadcasts.length === 0) pages.paragraph(say('none'));
  for (const broadcast of inspection.broadcasts) one(pack, broadcast);
}

function one({ pages, say, language, inspection: { zone } }: Pack, broadcast: LiveSession): void {
  const { room, sessionId, startedAt, minutes, markers, dwell, notes } = broadcast;
  pages.heading(`${instantText(startedAt, zone)} · ${room.title ?? sessionId}`, 3);
  for (const note of notes) pages.paragraph(note[language], { faint: true, size: 8 });
  const spans = markers.map(({ kind, detail, ...span }) => ({ ...span, text: `${kind} ${detail ?? ''}`.trim() }));
  pages.curve(
    minutes.map(({ minute, concurrent }) => [minute, concurrent] as const),
    { spans, label: say('concurrency') },
  );
  for (const { from, to, text } of spans)
    pages.paragraph(`${instantText(from, zone)} – ${instantText(to, zone)} ${text}`, { faint: true, size: 8 });
  if (dwell.every(({ entries }) => entries === 0)) return;
  pages.paragraph(say('dwell'), { size: 8 });
  pages.table(
    [
      { title: say('seconds'), share: 1, figures: true },
      { title: say('entries'), share: 1, figures: true },
      { title: say('before'), share: 1, figures: true },
    ],
    dwell.map(({ fromSeconds, entries, before }) => [fromSeconds, entries, before].map(figureText)),
  );
}

function reconciliation({ pages, say, inspection }: Pack): void {
  const { rows, compared, beyond } = inspection.reconciliation;
  pages.heading(`${say('reconciliation')} (${say('compared')} ${compared}, > ${beyond})`, 2);
  if (rows.length === 0) return pages.paragraph(say('none'));
  pages.table(
    [
      { title: say('figure'), share: 3 },
      { title: say('subject'), share: 4 },
      { title: say('counted'), share: 3, figures: true },
      { title: say('other'), share: 3, figures: true },
      { title: say('difference'), share: 2, figures: true },
    ],
    rows
      .slice(0, ROWS_RECONCILED)
      .map((row) => [
        row.figure,
        `${row.subject} ${row.day}`,
        `${row.countedSource} ${figureText(row.countedValue)}`,
        `${row.otherSource} ${figureText(row.otherValue)}`,
        figureText(row.difference),
      ]),
  );
}

function cases({ pages, say, inspection: { cases: known, zone } }: Pack): void {
  pages.heading(say('cases'), 2);
  if (known.length === 0) return pages.paragraph(say('none'));
  pages.table(
    [
      { title: say('cases'), share: 3 },
      { title: say('period'), share: 5 },
      { title: say('state'), share: 2 },
      { title: say('detector'), share: 5 },
    ],
    known.map(({ caseId, period, state, detectors }) => [
      caseId,
      `${instantText(period.from, zone)} – ${instantText(period.to, zone)}`,
      state,
      detectors.join(', '),
    ]),
  );
}
