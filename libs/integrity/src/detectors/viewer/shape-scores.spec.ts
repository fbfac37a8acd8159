import { sizedTails, sizedStrength } from '../../calibration/size-class';
import { deviations, divergenceSpread, fitOwn, type JudgedShape } from './shape-scores';
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
