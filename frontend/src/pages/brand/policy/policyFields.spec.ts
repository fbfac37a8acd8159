import { DEFAULT_POLICY, findImportKind, type Policy } from '@app/contracts';
import { changedFields, foreignChanges, POLICY_GROUPS, policyRow, policyText, rebased, rulingPolicy, weightSum } from './policyFields';

const base = policyText({ ...DEFAULT_POLICY, version: 3, fromMonth: '2026-01' });

describe('a policy as a form', () => {
  it('every field of the import kind is in the form, and in a proposal', () => {
    const inForm = ['fromMonth', ...POLICY_GROUPS.flatMap(({ fields }) => [...fields])];
    expect([...inForm].sort()).toEqual((findImportKind('policies')?.fields ?? []).map(({ name }) => name).sort());
    expect(
      Object.keys(policyRow({ ...base, cpaDouyinCny: '200', cpaKuaishouCny: '1', cpaChannelsCny: '1', requiredCostKinds: 'video' })).sort(),
    ).toEqual([...inForm].sort());
  });
  it('a proposal carries what was not touched, too, and leaves out what is not set', () => {
    expect(policyRow({ ...base, minVisits: '3' })).toMatchObject({
      fromMonth: '2026-01',
      minVisits: '3',
      weightShowroom: '35',
      headTierCny: '5000000',
    });
    expect(policyRow(base)).not.toHaveProperty('cpaDouyinCny');
  });
  it('only what differs is a change', () => {
    expect(changedFields(base, { ...base })).toEqual([]);
    expect(changedFields(base, { ...base, minVisits: '3', weightGrowth: '0' })).toEqual(['minVisits', 'weightGrowth']);
  });
  it('weights add up exactly', () => {
    expect(weightSum(base)).toBe(100);
    expect(weightSum({ ...base, weightGrowth: '0.1', weightCadence: '0.2' })).toBe(85.3);
    expect(weightSum({ ...base, weightGrowth: 'x' })).toBeNull();
  });
  it('what somebody else changed meanwhile is told, and nothing typed is lost', () => {
    const now = { ...base, minVisits: '5', minPeers: '8' };
    const typed = { ...base, minVisits: '3', weightGrowth: '6' };
    expect(foreignChanges(base, now, typed)).toEqual([
      { name: 'minVisits', before: '4', now: '5', typed: '3' },
      { name: 'minPeers', before: '5', now: '8', typed: '5' },
    ]);
    expect(rebased(base, now, typed)).toEqual({ ...base, minVisits: '3', minPeers: '8', weightGrowth: '6' });
  });
  it('the policy of a month is the last that begins in or before it', () => {
    const policies = ['2026-09', '2026-01', '1970-01'].map(
      (fromMonth, at) => ({ ...DEFAULT_POLICY, version: 3 - at, fromMonth }) as Policy,
    );
    expect(rulingPolicy(policies, '2026-08')?.fromMonth).toBe('2026-01');
    expect(rulingPolicy(policies, '2026-09')?.fromMonth).toBe('2026-09');
  });
});
