import type { Refusal } from './trouble';

/** The code by which each server refuses. What a platform has no code for comes as the nearest one of its table. */
export const REFUSAL_CODES: Record<'douyin' | 'kuaishou' | 'channels', Record<Refusal, number>> = {
  douyin: {
    busy: 28001005,
    'too-frequent': 28003018,
    quota: 28003017,
    expired: 28001008,
    revoked: 28001045,
    'no-permission': 28001012,
    'app-banned': 28001016,
    'ip-not-allowed': 28001014,
  },
  kuaishou: {
    busy: 100200500,
    'too-frequent': 100100402,
    quota: 100100402,
    expired: 100200108,
    revoked: 100200109,
    'no-permission': 100200106,
    'app-banned': 100200101,
    'ip-not-allowed': 100200101,
  },
  channels: {
    busy: -1,
    'too-frequent': 45011,
    quota: 45009,
    expired: 42001,
    revoked: 50001,
    'no-permission': 48001,
    'app-banned': 48004,
    'ip-not-allowed': 61004,
  },
};
