import { VitrineError } from '@app/contracts';
import { asOfClose } from './as-of-close';

const refusing = (field: string) => (asOf: string | undefined) =>
  asOf === undefined
    ? Promise.resolve('now')
    : Promise.reject(new VitrineError('bad_input', { zh: '', en: '' }, { details: [{ field, message: '' }] }));

describe('what is read as of a close', () => {
  it('is what was known then', async () => {
    expect(await asOfClose('2026-11-01T00:00:00Z', (asOf) => Promise.resolve(asOf))).toEqual({
      found: '2026-11-01T00:00:00Z',
      isThen: true,
    });
  });

  it('is what is known now where that is not kept any more, and says so; every other refusal stays one', async () => {
    expect(await asOfClose('2026-11-01T00:00:00Z', refusing('asOf'))).toEqual({ found: 'now', isThen: false });
    await expect(asOfClose('2026-11-01T00:00:00Z', refusing('subject'))).rejects.toMatchObject({ code: 'bad_input' });
  });
});
