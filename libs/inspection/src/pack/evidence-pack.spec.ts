import * as zlib from 'node:zlib';
import type { Inspection, InspectedDetector, Signal } from '@app/contracts';
import { evidencePack } from './evidence-pack';

const said = (text: string) => ({ zh: `${text}（中文）`, en: text });

const signal = (rows: number): Signal => ({
  ...{ signalId: 's1', detector: 'dwellSynchrony', version: 1, family: 'viewer', dealerId: 'D01', strength: 0.999, dataTier: 'T3' },
  subject: { kind: 'session', platform: 'douyin', accountId: 'a1', sessionId: 'r1' },
  window: { from: '2026-10-05T11:00:00.000Z', to: '2026-10-05T13:00:00.000Z' },
  evidence: {
    text: said('A third of the viewers leave in one second ≥ 30 %'),
    figures: [{ name: 'share', label: said('Share'), value: 0.34, ownReference: null, peerReference: 0.02, honestQuantile: 0.999 }],
    rows: Array.from({ length: rows }, (_, at) => ({ second: at, viewers: at * 2 })),
    ...{ sql: 'SELECT 1', parameters: {}, sqlHash: 'ab' },
  },
});

const detector = (outcome: InspectedDetector['outcome'], signals: Signal[]): InspectedDetector => ({
  ...{
    detector: `one-${outcome}`,
    version: 1,
    family: 'viewer',
    tier: 'T3',
    title: said('Synchrony'),
    text: said('Looks'),
    weaknesses: said('Small rooms'),
  },
  ...{ parameters: [], minimumSample: [], outcome, signals },
  distributions:
    outcome === 'found'
      ? [
          {
            ...{ claim: 'dwell', label: said('Dwell'), unit: 'session', own: { count: 9, quantiles: [{ share: 0.5, deviation: 0.1 }] } },
            subject: [{ at: '2026-10-05T11:00:00.000Z', item: 'r1', deviation: 6.1, quantile: 0.999 }],
            peers: { count: 400, quantiles: [0.5, 0.95, 0.99].map((share) => ({ share, deviation: share * 3 })) },
          },
        ]
      : [],
  reasons: outcome === 'not-assessable' ? [{ reason: said('No entries came'), subjects: 1 }] : [],
});

const OVERLAPS: Inspection['overlaps'] = {
  nodes: [0, 1].map((id) => ({ id, subject: id === 0, platform: null, accountId: null, name: null, viewers: 40, ring: false })),
  edges: [{ a: 0, b: 1, shared: 30, expected: 2.5, detectors: [] }],
  note: null,
};

const inspection = (more: Partial<Inspection> = {}): Inspection => ({
  subject: { kind: 'account', platform: 'douyin', accountId: 'a1' },
  ...{ accountName: '小李说车', dealerId: 'D01', dealerName: '一汽大众上海店', zone: 'Asia/Shanghai', madeAt: '2026-11-01T02:00:00.000Z' },
  period: { from: '2026-09-30T16:00:00.000Z', to: '2026-10-31T16:00:00.000Z' },
  scan: { scanId: '1', window: { from: '2026-09-30T16:00:00.000Z', to: '2026-10-31T16:00:00.000Z' }, at: '2026-11-01T01:00:00.000Z' },
  detectors: [detector('found', [signal(200)]), detector('silent', []), detector('not-assessable', [])],
  fusion: {
    model: { name: 'm', version: 1, fittedOn: '2026-11-22' },
    ...{ inorganic: 0.93, attributable: 0.2, level: 'medium', tier: 'T3', base: -4 },
    persistence: { share: 0, weight: 1, contribution: 0 },
    beside: { share: 0, weight: 1, contribution: 0 },
    families: [{ family: 'viewer', strength: 0.999, detectors: ['dwellSynchrony'], surprise: 3, weight: 1, contribution: 3 }],
    ...{ attribution: [], corrections: [], metric: null, reported: null, corrected: null, reasons: [], confounders: [] },
  },
  ...{
    broadcasts: [],
    broadcastsWithFindings: 1,
    reconciliation: { rows: [], compared: 0, beyond: 0 },
    overlaps: OVERLAPS,
    cases: [],
    sha256: 'f'.repeat(64),
  },
  ...more,
});

/** How many pages a document has, and what its packed streams say. */
function contents(bytes: Buffer): { pages: number; streams: string } {
  const raw = bytes.toString('latin1');
  const streams: string[] = [];
  for (const match of raw.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)) {
    try {
      streams.push(zlib.inflateSync(Buffer.from(match[1], 'latin1')).toString('latin1'));
    } catch {
      // a font or an uncompressed stream: no text of ours
    }
  }
  return { pages: [...raw.matchAll(/\/Type \/Page\b/g)].length, streams: streams.join('\n') };
}

/** Code points that a document maps its glyphs to. */
function mapped(bytes: Buffer): Set<string> {
  const { streams } = contents(bytes);
  return new Set([...streams.matchAll(/<([0-9a-f]{4})>/gi)].map(([, hex]) => String.fromCharCode(parseInt(hex, 16))));
}

// each pack unpacks its font, which takes seconds in here: three of them say it all
describe('evidence pack', () => {
  it('is a PDF whose Chinese is embedded, and rows beyond what is printed do not make it longer', async () => {
    const packOf = (rows: number) => evidencePack(inspection({ detectors: [detector('found', [signal(rows)])] }), 'zh');
    const [short, long] = [await packOf(21), await packOf(2000)];
    expect(short.subarray(0, 5).toString()).toBe('%PDF-');
    for (const letter of '深度技检上海小李说车') expect(mapped(short)).toContain(letter);
    expect(contents(short).pages).toBeGreaterThan(1);
    expect(contents(long).pages).toBe(contents(short).pages);
  });

  it('speaks the language that was asked for', async () => {
    expect(mapped(await evidencePack(inspection(), 'en'))).not.toContain('检');
  });
});
