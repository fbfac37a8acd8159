import { IMPORT_KINDS } from '@app/contracts';
import { PROBLEMS } from './problems';

describe('catalogue and messages', () => {
  it('every reason says in both languages what is wrong and what to do', () => {
    for (const { reason, remedy } of Object.values(PROBLEMS)) {
      for (const text of [reason.zh, remedy.zh]) expect(text).toMatch(/[\u4e00-\u9fff]/);
      for (const text of [reason.en, remedy.en]) expect(text).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
    }
  });

  it('every kind has unique field names and labels, and an identity made of its fields', () => {
    for (const { name, fields, identity } of IMPORT_KINDS) {
      const names = fields.map((field) => field.name);
      const labels = fields.map((field) => field.label.zh);
      expect({ name, size: new Set(names).size }).toEqual({ name, size: names.length });
      expect({ name, size: new Set(labels).size }).toEqual({ name, size: labels.length });
      for (const part of identity) expect(names).toContain(part);
    }
  });
});
