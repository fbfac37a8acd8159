import type { BatchContents, ImportedBatch } from '@app/contracts';
import { flushPromises } from '@vue/test-utils';
import { mountPage } from '@/testing/mountPage';
import ImportedBatches from './ImportedBatches.vue';

const batch: ImportedBatch = {
  batchId: 'b1',
  kind: 'entries',
  label: { zh: '进房', en: 'Entries' },
  files: ['九月.csv'],
  source: 'file',
  state: 'standing',
  deliveries: 2,
  firstDeliveredAt: '2026-10-02T01:00:00.000Z',
  lastDeliveredAt: '2026-10-03T01:00:00.000Z',
  read: 12,
  accepted: 11,
  replaced: 0,
  rejected: 1,
  undoneAt: null,
  refusal: null,
};
const contents: BatchContents = { ...batch, rows: 12, facts: 11, accounts: 2, months: ['2026-09', '2026-10'], closedMonths: ['2026-09'] };

describe('what was imported', () => {
  it('a batch says what undoing it would touch, which months are closed, and is taken back with a reason only', async () => {
    const answers: Record<string, unknown> = {
      'GET imports/batches': { rows: [batch], nextCursor: null, total: 1 },
      'GET imports/batches/b1': () => contents,
      'POST imports/batches/b1/undo': { ...contents, state: 'undone' },
    };
    const { wrapper, sent, done } = await mountPage(ImportedBatches, { answers });
    await wrapper.find('tbody tr.opens').trigger('click');
    await flushPromises();
    const drawer = wrapper.find('.side-drawer');
    expect(drawer.text()).toContain('2 个账号的 11 条数据');
    expect(drawer.find('.warned').text()).toMatch(/2026年9月.*已关账/);
    const button = drawer.find('button[type="submit"]');
    expect(button.attributes('disabled')).toBeDefined();
    await drawer.find('textarea').setValue(' 账号填错 ');
    expect(button.attributes('disabled')).toBeUndefined();
    await drawer.find('form').trigger('submit');
    await flushPromises();
    expect(sent.find(({ what }) => what.startsWith('POST'))?.body).toEqual({ reason: '账号填错' });
    done();
  });
  it('one that cannot be undone says why and offers nothing', async () => {
    const refused = { ...contents, refusal: { zh: '主数据按行更正', en: 'Master data' } };
    const answers = { 'GET imports/batches': { rows: [batch], nextCursor: null, total: 1 }, 'GET imports/batches/b1': refused };
    const { wrapper, done } = await mountPage(ImportedBatches, { answers, address: '/?batch=b1' });
    await flushPromises();
    expect(wrapper.find('.side-drawer').text()).toContain('主数据按行更正');
    expect(wrapper.find('.side-drawer form').exists()).toBe(false);
    done();
  });
});
