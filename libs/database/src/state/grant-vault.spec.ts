import { inspect } from 'node:util';
import fc from 'fast-check';
import { GrantVault, SecretText, type BoxPlace } from './grant-vault';

const place: BoxPlace = { brandId: 1, product: 'douyin-open', principalId: 'p', field: 'accessToken' };

describe('the vault of grants', () => {
  const vault = new GrantVault('one secret');

  it('gives back any text, and never the same box twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const box = vault.seal(text, place);
        expect(vault.open(box, place).reveal()).toBe(text);
        expect(box.equals(vault.seal(text, place))).toBe(false);
      }),
    );
  });

  it('a box under another secret, in another field, or with one bit changed does not open', () => {
    const box = vault.seal('token-value', place);
    const changed = Buffer.from(box);
    changed[changed.length - 1] ^= 1;
    expect(() => new GrantVault('another').open(box, place)).toThrow(/cannot be opened/);
    expect(() => vault.open(box, { ...place, field: 'refreshToken' })).toThrow(/cannot be opened/);
    expect(() => vault.open(box, { ...place, brandId: 2 })).toThrow(/cannot be opened/);
    expect(() => vault.open(changed, place)).toThrow(/cannot be opened/);
  });

  it('a token never shows itself', () => {
    const token = new SecretText('token-value');
    expect([String(token), JSON.stringify({ token }), inspect({ token }), `${token}`].join()).not.toContain('token-value');
  });
});
