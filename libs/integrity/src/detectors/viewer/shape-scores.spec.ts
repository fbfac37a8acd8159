import { sizedTails, sizedStrength } from '../../calibration/size-class';
import { deviations, divergenceSpread, fitOwn, LEAST_COMPANY, withCompany, type JudgedShape } from './shape-scores';
import { STAY_BINS, START_BINS, addTable, emptyTable, stayTable } from './stay-shape';

/** Numbers in [0, 1), always the same. */
function seeded(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const random = seeded(5);
const LENGTH = 7200;

/** Views whose stay falls by half from bin to bin, from `first` on; `bots` come in the second twelfth and stay for one length. */
function session(account: string, views: number, { first = 2, bots = 0, past = true } = {}): JudgedShape {
  const cells = new Float64Array(START_BINS * STAY_BINS);
  for (let view = 0; view < views; view++) {
    let stay = first;
    while (stay < 8 && random() < 0.55) stay++;
    cells[Math.floor(random() * 5) * STAY_BINS + stay] += 1;
  }
  cells[STAY_BINS + 9] += bots;
  return { account, lengthSeconds: LENGTH, cells, views: views + bots, past };
}

it('botted sessions stand out of a room of which every evening since is botted; what differs between rooms and small rooms do not', () => {
  const rooms = Array.from({ length: 20 }, (_, room) =>
    Array.from({ length: 24 }, (__, evening) =>
      session(`${room}`, room % 4 === 0 ? 80 : 250, {
        first: 1 + (room % 3),
        bots: room === 7 && evening >= 16 ? 90 : 0,
        past: evening < 16,
      }),
    ),
  );
  const peers = emptyTable();
  rooms.flat().forEach((shape) => addTable(peers, stayTable(shape)));
  const fitted = rooms.map((own) => fitOwn(own, peers));
  const usual = divergenceSpread(fitted.flat());
  const scored = fitted.flatMap((own) =>
    deviations(own, usual).map((score, at) => ({ size: own[at].shape.views, score, shape: own[at].shape })),
  );
  const tails = sizedTails(scored);
  const strong = scored.filter(({ size, score }) => sizedStrength(tails, size, score) >= 0.99).map(({ shape }) => shape);
  const botted = rooms[7].slice(16);
  expect(botted.filter((shape) => strong.includes(shape))).toHaveLength(8);
  expect(strong.length).toBeLessThanOrEqual(8 + 6);
});

describe('a session together with those around it', () => {
  const DAY = 86_400_000;
  const days = (scores: readonly number[], pastUntil = 0) => scores.map((_, at) => ({ from: at * DAY, past: at < pastUntil }));

  it('weak deviations of every evening add up; one strong evening makes no other one suspect, and is alone', () => {
    const weak = [2, 2, 2, 2, 2];
    expect(withCompany(days(weak), weak)[2]).toEqual({ score: (2 + 8 / 2) / Math.SQRT2, company: 4 });
    const once = [0, 0, 9, 0, 0];
    expect(withCompany(days(once), once)).toEqual([null, null, { score: 5 / Math.SQRT2, company: 0 }, null, null]);
    const besides = withCompany(days([2.5, 9, 0, 0]), [2.5, 9, 0, 0]);
    expect(besides[0]!.company).toBeLessThan(LEAST_COMPANY);
    expect(withCompany(days([3, 3, 3, 3, 3]), [3, 3, 3, 3, 3])[0]!.company).toBeGreaterThan(LEAST_COMPANY);
  });

  it('company ends after a week, and history keeps none with what is judged', () => {
    const far = [3, 3, 3, 3].map((score, at) => ({ score, from: at * 8 * DAY, past: false }));
    expect(withCompany(far, [3, 3, 3, 3])).toEqual([null, null, null, null]);
    expect(withCompany(days([3, 3, 3, 3], 2), [3, 3, 3, 3])).toEqual([null, null, null, null]);
  });
});
