import { dayStart } from '@app/contracts';
import { envelopeCode } from '../envelope-code';
import clues from './fixtures/clues.json';
import report from './fixtures/room-analysis.json';
import { oceanengineAction } from './oceanengine-errors';
import { leadDays, mapClue, mapFlow, mapRoom } from './oceanengine-mapper';

const zone = 'Asia/Shanghai';
const [ended = {}, living = {}] = report.data.list;
const finalBefore = dayStart('2026-10-20', zone);

describe('Ocean Engine answers', () => {
  it("a room's totals are read from numbers and from text; what has no stated unit is not read", () => {
    const reading = mapRoom(ended, 1_250, finalBefore);
    expect(reading).toMatchObject({ sessionId: '7301234567890123457', startedAt: Date.parse('2026-10-18T19:00:00+08:00'), final: true });
    expect(reading?.rows).toEqual([
      {
        sessionId: '7301234567890123457',
        startedAt: Date.parse('2026-10-18T19:00:00+08:00'),
        endedAt: Date.parse('2026-10-18T21:00:00+08:00'),
        views: 10_250,
        uniqueViewers: 8_120,
        viewsOver1Min: 2_210,
        averageConcurrent: 85.5,
        peakConcurrent: 240,
        averageDwellSeconds: 58.4,
        fanViewers: 911,
        follows: 61,
        shares: 45,
        comments: 391,
        commenters: 171,
        gifts: 12,
        likes: 30_211,
        paidViews: 1_250,
        final: true,
        source: 'ads-api',
      },
    ]);
  });

  it('the report is made while a room is still on air: it has no end and is not final', () => {
    expect(mapRoom(living, null, finalBefore)).toMatchObject({
      final: false,
      rows: [{ endedAt: null, views: 40, uniqueViewers: null, paidViews: null, final: false }],
    });
    expect(mapRoom(ended, null, dayStart('2026-10-18', zone))?.final).toBe(false);
  });

  it('more paid views than views cannot be: unknown, rather than all views paid', () => {
    expect(mapRoom(ended, 10_251, finalBefore)?.rows[0]?.paidViews).toBeNull();
    expect(mapRoom(living, 0, finalBefore)?.rows[0]?.paidViews).toBe(0);
  });

  it('a row without id or start is no room', () => {
    expect(mapRoom({ ...ended, room_id: 0.5 }, 0, finalBefore)).toBeNull();
    expect(mapRoom({ ...ended, room_create_time: '' }, 0, finalBefore)).toBeNull();
    expect(mapFlow({ room_id: '7', fields: '' })).toEqual({ roomId: '7', views: null });
  });

  it('of a lead nothing goes on but its id and day, and a day without leads is 0', () => {
    const mapped = clues.data.list.map((row) => mapClue(row, zone)).filter((clue) => clue !== null);
    expect(JSON.stringify(mapped)).not.toMatch(/138|139|王|wx-1|杭州/);
    const rows = leadDays(mapped, { fromDay: '2026-10-17', toDay: '2026-10-20' });
    expect(rows.map(({ day, count, leadId, paid }) => ({ day, count, leadId, paid }))).toEqual([
      { day: '2026-10-17', count: 0, leadId: 'count:2026-10-17', paid: null },
      { day: '2026-10-18', count: 1, leadId: 'count:2026-10-18', paid: null },
      { day: '2026-10-19', count: 1, leadId: 'count:2026-10-19', paid: null },
    ]);
  });

  it('codes are numbers or text; an answer without a code is an error; the server family may be repeated', () => {
    expect([envelopeCode({ code: 0 }), envelopeCode({ code: '0' }), envelopeCode({ code: '40105' }), envelopeCode({})]).toEqual([
      null,
      null,
      '40105',
      'no code',
    ]);
    expect(['40102', '40103', '50000', '51010', '40999'].map(oceanengineAction)).toEqual([
      'refresh-once',
      'mark-revoked',
      'retry',
      'retry',
      'fail',
    ]);
  });
});
