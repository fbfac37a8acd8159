import type { Signal } from '@app/contracts';
import type { Detector, DetectorScope, Finding } from './detector';
import { signalOf, strongestById } from './signal-of';

const scope = { brandId: 7, zone: 'Asia/Shanghai', dealerAt: () => 'd1' } as unknown as DetectorScope;
const detector = { name: 'staffFarm', version: 1, family: 'self', tier: 'T3' } as Detector;
const PERSON = '12345678901234567890';
const parameters = { accounts: ['1'], staffViewers: [PERSON], staffAccounts: ['0'], staffFrom: [1], staffTo: [2] };
const place = { platform: 'douyin', accountId: 'a' } as const;
const finding = (from: number, to: number): Finding => ({
  subject: { kind: 'account', ...place },
  ...{ window: { from, to }, strength: 0.99 },
  evidence: {
    ...{ text: { zh: '常驻', en: 'Always there' }, figures: [], sql: 'SELECT 1', parameters },
    removes: [{ kind: 'entries', ...place, count: 1, low: 0, high: 2, sql: 'SELECT 2', parameters }],
  },
});
const signal = (from: number, to: number) => signalOf(scope, detector, finding(from, to), () => '1');

it('a finding whose window grows stays the same finding; one that begins elsewhere is another', () => {
  expect(signal(0, 9_000).signalId).toBe(signal(0, 5_000).signalId);
  expect(signal(0, 9_000).window.to).not.toBe(signal(0, 5_000).window.to);
  expect(signal(1_000, 5_000).signalId).not.toBe(signal(0, 5_000).signalId);
});

it('what stands as long as anybody looks is one finding for a month, however the window of the scan moves on', () => {
  const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);
  const standing = (from: string, to: string) =>
    signalOf(scope, detector, { ...finding(at(from), at(to)), standing: true }, () => '1').signalId;
  const october = standing('2026-10-01', '2026-11-01');
  expect(standing('2026-09-21', '2026-10-20')).toBe(october);
  expect(standing('2026-09-28', '2026-10-27')).toBe(october);
  expect(standing('2026-11-02', '2026-12-01')).not.toBe(october);
  expect(signal(at('2026-10-05'), at('2026-11-01')).signalId).not.toBe(signal(at('2026-09-28'), at('2026-11-01')).signalId);
});

it('of findings with one id the strongest is told, and all of them strongest first', () => {
  const of = (signalId: string, strength: number) => ({ signalId, strength }) as Signal;
  const told = strongestById([of('a', 0.95), of('b', 0.97), of('a', 0.99), of('a', 0.91)]);
  expect(told.map(({ signalId, strength }) => [signalId, strength])).toEqual([
    ['a', 0.99],
    ['b', 0.97],
  ]);
});

it('keeps no key of declared staff', () => {
  const { evidence } = signal(0, 5_000);
  expect(JSON.stringify(evidence)).not.toContain(PERSON);
  expect([evidence.parameters, evidence.removes]).toEqual([
    { accounts: ['1'] },
    [expect.objectContaining({ parameters: { accounts: ['1'] } })],
  ]);
});
