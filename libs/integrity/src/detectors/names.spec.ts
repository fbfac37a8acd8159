import { DETECTOR_NAMES } from '@app/contracts';
import { DETECTORS } from '.';

it('every detector has a name for people in both languages, never its code', () => {
  for (const { name } of DETECTORS) {
    const { zh, en } = DETECTOR_NAMES[name] ?? { zh: name, en: name };
    expect(zh).toMatch(/^[\u4e00-\u9fff]+$/);
    expect(en).toMatch(/^[A-Z]/);
    expect(en).not.toContain(name);
  }
});
