import { plainFields } from './plainFields';

describe('the fields of a change', () => {
  it('parts of an object stand alone, and only those that differ', () =>
    expect(
      plainFields([
        { field: 'weights', before: { showroom: 35, value: 25 }, after: { showroom: 40, value: 25 } },
        { field: 'cpaCny', before: null, after: { douyin: '200' } },
        { field: 'minVisits', before: 4, after: 3 },
      ]),
    ).toEqual([
      { field: 'weights.showroom', before: '35', after: '40' },
      { field: 'cpaCny.douyin', before: '—', after: '200' },
      { field: 'minVisits', before: '4', after: '3' },
    ]));
  it('lists are text, nothing is a dash and zero is zero', () =>
    expect(
      plainFields([
        { field: 'a', before: [], after: ['video', 'host'] },
        { field: 'b', before: null, after: 0 },
      ]),
    ).toEqual([
      { field: 'a', before: '—', after: 'video, host' },
      { field: 'b', before: '—', after: '0' },
    ]));
});
