import { CaseIntake, CaseService, DecisionService, LearningService, type CaseAsker } from '@app/cases';
import type { Signal } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { ReportService } from '@app/reports';
import { FixedClock } from '../support/fixed-clock';
import { TestStores, openTestStores } from '../support/stores';

const WINDOW = { from: '2026-10-05T00:00:00.000Z', to: '2026-10-08T00:00:00.000Z' };
const MONTH = { from: '2026-09-30T16:00:00.000Z', to: '2026-10-31T16:00:00.000Z' };
const ANN: CaseAsker = { brand: 'acme', scope: 'all', actor: { kind: 'user', id: 'ann', name: 'ann' }, grants: [{ kind: 'brand' }] };

describe('learning from what people decide', () => {
  let stores: TestStores;
  let brandId: number;
  let cases: CaseService;
  let decisions: DecisionService;
  let intake: CaseIntake;
  let learning: LearningService;

  const signal = (account: number, detector: string, family: Signal['family']): Signal => ({
    ...{ signalId: `${detector}${account}`.padEnd(32, '0'), detector, version: 1, family, dealerId: `d${account}` },
    subject: { kind: 'account', platform: 'douyin', accountId: `a${account}` },
    ...{ window: WINDOW, strength: 0.99999, dataTier: 'T1' },
    evidence: { text: { zh: '异常', en: 'strange' }, figures: [], sql: 'SELECT 1', parameters: {}, sqlHash: `${account}` },
  });
  const decide = async (caseId: string, outcome: 'confirmed' | 'dismissed'): Promise<void> => {
    await cases.claim(ANN, caseId);
    const reasonCode = outcome === 'confirmed' ? 'admitted' : 'honest-cause';
    await decisions.decide(ANN, caseId, { outcome, reasonCode, reason: 'looked at', exclude: false });
  };

  beforeAll(async () => {
    stores = await openTestStores();
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' }));
    const writer = new StateWriter(stores.dataSource, stores.secret);
    const ids = Array.from({ length: 40 }, (_, at) => at);
    await writer.upsertDealers(
      brandId,
      ids.map((at) => ({ dealerId: `d${at}`, name: `Dealer ${at}`, adcode: '310101' })),
    );
    await writer.upsertAccounts(
      brandId,
      ids.map((at) => ({ platform: 'douyin', accountId: `a${at}`, name: `a${at}`, dealerId: `d${at}` })),
    );
    const clock = new FixedClock('2026-11-03T12:00:00+08:00');
    const on = { ...stores, clock, reports: new ReportService({ ...stores, clock }) };
    cases = new CaseService(on);
    decisions = new DecisionService(cases);
    intake = new CaseIntake(on);
    learning = new LearningService(on);
  });
  afterAll(() => stores?.close());

  it('a reviewed draw of unflagged dealers says what share of the inflated ones was flagged', async () => {
    const found = [
      ...[signal(0, 'seasonLevel', 'shape'), signal(0, 'ownRatioDrift', 'ratio')],
      ...[signal(1, 'seasonLevel', 'shape'), signal(1, 'startStayShape', 'viewer')],
    ];
    const { opened } = await intake.take(brandId, found);
    expect(opened).toHaveLength(2);
    const flagged = new Map((await cases.list(ANN)).map(({ caseId, dealerIds }) => [dealerIds[0], caseId]));
    await decide(flagged.get('d0')!, 'confirmed');
    await decide(flagged.get('d1')!, 'dismissed');

    const draw = await learning.draw({ month: '2026-10', brandCode: 'acme' });
    expect(draw).toMatchObject({ unflagged: 38, reviewed: 0, recall: null });
    expect(draw.drawn).toHaveLength(4);
    expect(draw.drawn).not.toEqual(expect.arrayContaining(['d0']));
    expect((await learning.draw({ month: '2026-10', brandCode: 'acme' })).drawn).toEqual(draw.drawn);
    for (const [at, dealerId] of draw.drawn.entries()) {
      const { caseId } = await cases.openByHand(ANN, {
        subject: { kind: 'dealer', dealerId },
        window: MONTH,
        origin: 'sample',
        reason: 'random draw',
      });
      await decide(caseId, at === 0 ? 'confirmed' : 'dismissed');
    }
    const after = await learning.draw({ month: '2026-10', brandCode: 'acme' });
    expect(after).toMatchObject({ unflagged: 38, drawn: draw.drawn, undrawn: [], reviewed: 4, inflated: 1 });
    expect(after.recall!.value).toBeCloseTo(1 / (1 + 1 + 34 / 4), 6);
  });

  it('precision and back-test are of what was decided, detector by detector', async () => {
    const precision = await learning.precision('acme');
    expect(precision.map(({ detector, decided, right }) => ({ detector, decided, right }))).toEqual([
      { detector: 'ownRatioDrift', decided: 1, right: 1 },
      { detector: 'seasonLevel', decided: 2, right: 1 },
      { detector: 'startStayShape', decided: 1, right: 0 },
    ]);
    const window = { from: Date.parse(MONTH.from), to: Date.parse(MONTH.to) };
    const { drawn } = await learning.draw({ month: '2026-10', brandCode: 'acme' });
    const undecided = [2, 3, 4, 5, 6, 7].find((at) => !drawn.includes(`d${at}`))!;
    const history = [0, 1, undecided].map((at) => signal(at, 'seasonLevel', 'shape'));
    const test = await learning.backTest(history, { detector: 'seasonLevel', version: 1, strength: 0.99, window, brandCode: 'acme' });
    expect(test.hit.map(({ dealerId, cases: own }) => [dealerId, own.map(({ outcome }) => outcome)])).toEqual(
      expect.arrayContaining([
        ['d0', ['confirmed']],
        ['d1', ['dismissed']],
      ]),
    );
    expect(test).toMatchObject({ signals: 3, undecided: 1, precision: { value: 0.5 } });
  });

  it('a draw that a detector speaks about afterwards is flagged: it says nothing of what detectors miss', async () => {
    const { drawn, unflagged } = await learning.draw({ month: '2026-10', brandCode: 'acme' });
    const dealerId = [39, 38, 37, 36, 35].map((at) => `d${at}`).find((one) => !drawn.includes(one))!;
    const subject = { kind: 'dealer' as const, dealerId };
    const { caseId } = await cases.openByHand(ANN, { subject, window: MONTH, origin: 'sample', reason: 'random draw' });
    expect(await learning.draw({ month: '2026-10', brandCode: 'acme' })).toMatchObject({ unflagged });
    const spoken = { ...signal(39, 'thresholdGaming', 'policy'), subject, dealerId };
    expect(await intake.take(brandId, [spoken])).toMatchObject({ joined: [caseId] });
    expect(await learning.draw({ month: '2026-10', brandCode: 'acme' })).toMatchObject({ unflagged: unflagged - 1 });
  });
});
