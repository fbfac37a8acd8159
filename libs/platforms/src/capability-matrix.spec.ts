import { CAPABILITIES, GRANT_PRODUCTS, METRICS, PLATFORMS, productsOf } from '@app/contracts';
import { capabilityFor, capabilityOf, capabilitySources, missingReason, PRODUCT_CAPABILITIES, remedyFor } from './capability-matrix';

describe('capability matrix', () => {
  it('every product says of every capability that it gives it, or why not, in both languages', () => {
    for (const product of GRANT_PRODUCTS) {
      for (const capability of CAPABILITIES) {
        const one = PRODUCT_CAPABILITIES[product][capability];
        if (one === true) continue;
        expect(one.reason.zh).toMatch(/[\u4e00-\u9fff]/);
        expect(one.reason.en).toMatch(/^[A-Z][ -~]+$/);
      }
    }
  });

  it('no product tells who entered a room: viewer figures are unknown and say where entries come from', () => {
    for (const product of GRANT_PRODUCTS) {
      const capability = capabilityOf(product, 'showroomVisitors');
      expect(capability).toMatchObject({
        kind: false,
        reason: { zh: expect.stringContaining('entries'), en: expect.stringContaining('import entries') },
      });
    }
  });

  it('a product gives a figure when it gives all that the figure is made of', () => {
    expect(capabilityOf('douyin-open', 'cadence')).toBe(true);
    expect(capabilityOf('douyin-open', 'live_view')).toBe(true);
    expect(capabilityOf('channels-app', 'live_view')).toMatchObject({ kind: false });
    expect(capabilityOf('channels-app', 'live_viewer')).toBe(true);
    expect(capabilityOf('kuaishou-open', 'cadence')).toMatchObject({ kind: false });
    expect(capabilityOf('kuaishou-open', 'costCny')).toBe(true);
    expect(() => capabilityOf('douyin-open', 'noSuchFigure')).toThrow();
  });

  it("advertising's part of a broadcast is not the broadcast: no figure of the room is had from it", () => {
    for (const metric of ['sessions', 'cadence', 'live_view', 'live_viewer', 'live_minute', 'engagement'])
      expect(capabilityOf('magnetic', metric)).toMatchObject({ kind: false });
    expect(capabilityOf('magnetic', 'excludedUnits')).toBe(true);
  });

  it('the reason names the product to connect where one gives it, and never one that is connected', () => {
    const reason = missingReason('douyin', 'leads', ['douyin-open']);
    expect(reason.en).toContain('connect Ocean Engine, or import leads');
    expect(reason.zh).toContain('请连接巨量引擎，或导入线索（leads）');
    expect(missingReason('douyin', 'gifts', ['douyin-open']).en).toContain('connect Ocean Engine');
    expect(missingReason('channels', 'videos', ['channels-app']).en).not.toContain('connect');
    expect(remedyFor('kuaishou', 'sessionList').en).toBe('import sessions');
  });

  it('an account has the union of its products and of what was delivered in files and feeds', () => {
    const sources = capabilitySources('kuaishou', ['kuaishou-open', 'magnetic'], new Set(['viewerEvents', 'sessionList']));
    const of = (name: string) => sources.find(({ capability }) => capability === name);
    expect(of('videos')).toEqual({ capability: 'videos', products: ['kuaishou-open'], imported: false, reason: null });
    expect(of('paidViews')).toMatchObject({ products: ['magnetic'], reason: null });
    expect(of('viewerEvents')).toMatchObject({ products: [], imported: true, reason: null });
    expect(of('sessionViews')?.reason?.en).toContain('import sessions');
    expect(capabilityFor({ all: ['viewerEvents', 'sessionList'] }, sources)).toBe(true);
    expect(capabilityFor({ all: ['viewerEvents', 'sessionViewers'] }, sources)).toMatchObject({ kind: false });
    expect(capabilityFor({ any: ['sessionViews', 'videos'] }, sources)).toBe(true);
    expect(capabilityFor(null, sources)).toBe(true);
  });

  it('whatever is connected: a figure is either given or unknown with a reason', () => {
    for (const platform of PLATFORMS) {
      const products = productsOf(platform);
      for (const connected of [[], ...products.map((product) => [product]), products]) {
        const sources = capabilitySources(platform, connected, new Set());
        expect(sources.map(({ capability }) => capability)).toEqual(CAPABILITIES);
        for (const { products: by, reason } of sources) expect(by.length > 0).toBe(reason === null);
      }
    }
    expect(METRICS.length).toBeGreaterThan(40);
  });
});
