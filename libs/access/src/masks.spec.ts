import fc from 'fast-check';
import { ROLES } from '@app/contracts';
import { RowGrants } from './row-grants';
import { maskedName, maskedPhone, maskedText, seesWhole, shownTo, shownWithin, toldActor } from './masks';

describe('masks', () => {
  it('a phone number keeps three and four digits, however it is written', () => {
    expect(['13812345678', '+86 138-1234-5678', '0086 138 1234 5678'].map(maskedPhone)).toEqual(Array(3).fill('138****5678'));
    expect(['021-12345678', '110', ''].map(maskedPhone)).toEqual(['****5678', '****', '****']);
  });

  it('a name keeps its first sign, whatever script it is in', () => {
    expect(['张三', '张三丰', 'Anna', '𠮷田', 'x', ' '].map(maskedName)).toEqual(['张*', '张**', 'A***', '𠮷*', 'x*', '']);
  });

  it('a text loses its numbers and addresses and keeps its words', () => {
    expect(maskedText('周五直播 联系小李 138 1234 5678，备用 (021)12345678')).toBe('周五直播 联系小李 138****5678，备用 (****5678');
    expect(maskedText('电话１３８１２３４５６７８')).toBe('电话138****5678');
    expect(maskedText('mail li.lei@example.com.cn, id 11010519491231002X')).toBe('mail l***@example.com.cn, id 110***********002X');
    expect(maskedText('2026-10-18 场次 12345678901234567890 第3场')).toBe('2026-10-18 场次 12345678901234567890 第3场');
  });

  it('no mobile number survives in a text, wherever it stands and however its digits are set apart', () => {
    const mobile = fc
      .tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 999_999_999 }))
      .map(([a, b]) => `1${a}${String(b).padStart(9, '0')}`);
    const gap = fc.constantFrom('', ' ', '-', ' - '.trim(), '.');
    const words = fc.constantFrom('', '请致电', 'call ', '（', '：');
    fc.assert(
      fc.property(mobile, gap, words, words, (number, between, before, after) => {
        const written = [number.slice(0, 3), number.slice(3, 7), number.slice(7)].join(between);
        expect(maskedText(`${before}${written}${after}`).replace(/\D/g, '')).not.toContain(number.slice(3, 7) + number.slice(7));
      }),
    );
  });

  it('mail addresses of users are whole for who invites them, wherever they stand; ids are none', () => {
    const act = {
      login: 'li.lei@example.com',
      grants: [{ kind: 'account', id: '138123456789012345' }],
      note: { by: 'a@b.cn', n: 3, none: null },
    };
    expect(shownWithin('brand-admin', 'mail', act)).toEqual(act);
    expect(shownWithin('auditor', 'mail', act)).toEqual({ ...act, login: 'l***@example.com', note: { by: 'a***@b.cn', n: 3, none: null } });
    expect(ROLES.filter((role) => seesWhole(role, 'mail'))).toEqual(['brand-admin']);
  });

  it('who decided is told by name to whoever sees the whole brand', () => {
    const ann = { kind: 'user' as const, id: 'ann', name: 'Ann' };
    const part = new RowGrants([{ kind: 'dealer', dealerId: 'd1' }]);
    expect([toldActor(ann, 'all'), toldActor(ann, part)]).toEqual([ann, { kind: 'user', id: '', name: 'A**' }]);
    const operator = { kind: 'operator' as const, id: 'op', name: 'Operator' };
    expect(toldActor(operator, part)).toEqual(operator);
  });

  it('phone numbers are whole for the operator only, names for who runs the brand or works with the person', () => {
    expect(ROLES.filter((role) => seesWhole(role, 'phone'))).toEqual([]);
    expect(ROLES.filter((role) => seesWhole(role, 'name'))).toEqual(['brand-admin', 'dealer-group', 'dealer', 'host']);
    expect(shownTo('auditor', 'name', '张三')).toEqual({ value: '张*', masked: true });
    expect(shownTo('operator', 'phone', '13812345678')).toEqual({ value: '13812345678', masked: false });
    expect(shownTo('read-only', 'text', '周五直播')).toEqual({ value: '周五直播', masked: false });
  });
});
