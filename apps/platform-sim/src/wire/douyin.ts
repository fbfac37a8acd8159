import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart, dayText, HOUR } from '../world/calendar';
import type { ToldWorld } from '../scenario/told-world';
import { unit } from '../world/random';
import { videoFigures } from '../world/videos';
import type { SimVideo } from '../world/videos';
import type { World } from '../world/world';
import type { DouyinOAuth } from './douyin-oauth';
import { DouyinRooms } from './douyin-rooms';
import { bodyFields } from './http';
import type { Call } from './http';
import { pageOf } from './pages';
import { REFUSAL_CODES } from './refusal-codes';
import type { TroubleMaker } from './trouble';

const MEANING: Record<number, string> = {
  28001003: 'access_token invalid',
  28001005: 'system busy',
  28001007: 'bad parameter',
  28001008: 'access_token expired',
  28001015: 'access_token and open_id do not match',
  28001017: 'unknown URI',
  28003017: 'quota used up',
  28003018: 'too frequent',
};
/** The data half of the Douyin server (platforms/douyin: sections 3 and 4). */
export class DouyinWire {
  private served = 0;
  private readonly world: World;
  private readonly rooms: DouyinRooms;

  constructor(
    private readonly told: ToldWorld,
    private readonly oauth: DouyinOAuth,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    this.world = told.world;
    this.rooms = new DouyinRooms(told, now);
  }

  answer(call: Call): object {
    this.served++;
    const oauth = this.oauth.answer(call);
    if (oauth) return oauth;
    const room = call.path.startsWith('/room/');
    const log = `20${this.served}`;
    const fail = (code: number) => (room ? { err_no: code, err_msg: MEANING[code] ?? '', log_id: log } : this.classic({}, code));
    const fields = call.method === 'POST' ? bodyFields(call) : {};
    const account = this.oauth.authorise(call, fields);
    if (typeof account === 'number') return fail(account);
    const refusal = this.maker.refuse(account.index, this.world.outagePeriod(account), this.now());
    if (refusal === 'expired') this.oauth.endAccess(call);
    if (refusal) return fail(REFUSAL_CODES.douyin[refusal]);
    if (room) {
      const answer = this.rooms.answer(account, call);
      return typeof answer === 'number' ? fail(answer) : { err_no: 0, err_msg: '', log_id: log, ...answer };
    }
    return this.open(account, call, fields) ?? fail(28001017);
  }

  private open(account: SimAccount, call: Call, fields: Record<string, unknown>): object | null {
    switch (call.path) {
      case '/oauth/userinfo/':
        return this.profile(account);
      case '/api/douyin/v1/user/fans_data/':
      case '/fans/data/':
        return this.classic({
          fans_data: {
            all_fans_num: this.world.followers(account, dayOf(this.now()) - 1),
            gender_distributions: [],
            age_distributions: [],
          },
        });
      case '/api/douyin/v1/video/video_list/':
      case '/video/list/':
        return this.videoList(account, call);
      case '/api/douyin/v1/video/video_data/':
      case '/video/data/':
        return this.videoData(account, fields);
    }
    if (call.path.startsWith('/data/external/user/')) return this.userSeries(account, call);
    if (call.path.startsWith('/data/external/item/')) return this.itemSeries(account, call);
    return null;
  }

  /** Envelope A; `error_code` is a text now and then. */
  private classic(data: object, code = 0): object {
    const error = this.served % 7 === 0 ? String(code) : code;
    const description = MEANING[code] ?? '';
    return {
      data: { ...data, error_code: error, description },
      extra: { error_code: error, description, sub_error_code: 0, sub_description: '', logid: `20${this.served}`, now: this.now() },
    };
  }

  private profile(account: SimAccount): object {
    return {
      data: {
        open_id: account.openId,
        union_id: account.unionId,
        nickname: account.name,
        avatar: 'https://sim.invalid/a.jpeg',
        city: account.dealer?.city ?? '',
        province: '',
        country: '中国',
        gender: 0,
        e_account_role: account.role === 'staff' ? '' : 'EAccountM',
        error_code: 0,
        description: '',
      },
      message: 'success',
    };
  }

  private visible(account: SimAccount): SimVideo[] {
    return this.told.visible(account, this.now());
  }

  private videoList(account: SimAccount, call: Call): object {
    const cursor = Number(call.query.get('cursor') ?? 0);
    const count = Math.min(20, Math.max(1, Number(call.query.get('count') ?? 10) || 10));
    if (!Number.isFinite(cursor)) return this.classic({}, 28001007);
    if (cursor > 0 && this.maker.endsToken()) {
      this.oauth.endAccess(call);
      return this.classic({}, 28001008);
    }
    const all = this.visible(account);
    const plain = all.filter((video) => !video.pinned);
    const { page, rows, more, stuck } = pageOf(
      plain,
      plain.filter((video) => cursor !== 0 && video.publishedAt >= cursor).length,
      count,
      this.maker,
    );
    const last = page[page.length - 1];
    // pinned rows come on the first page beside the others: it is longer than asked for
    const list = cursor === 0 ? [...all.filter((video) => video.pinned), ...rows] : rows;
    return this.classic({
      cursor: stuck ? cursor : (last?.publishedAt ?? cursor),
      has_more: more || stuck,
      list: list.map((video) => this.videoRow(video)),
    });
  }

  private videoData(account: SimAccount, fields: Record<string, unknown>): object {
    const byVideo = Array.isArray(fields['video_ids']);
    const asked = new Set<unknown>((byVideo ? fields['video_ids'] : fields['item_ids']) as unknown[] | undefined);
    const found = this.visible(account).filter((video) => asked.has(byVideo ? video.videoId : video.itemId));
    return this.classic({ list: found.map((video) => this.videoRow(video)) });
  }

  private videoRow(video: SimVideo): object {
    const figures = this.told.figures(video, this.now());
    const hidden = this.told.isPrivate(video, this.now());
    return {
      item_id: video.itemId,
      video_id: video.videoId,
      title: video.title,
      cover: 'https://sim.invalid/c.jpeg',
      create_time: Math.floor(video.publishedAt / 1000),
      is_top: video.pinned,
      is_reviewed: true,
      video_status: hidden ? 7 : 5,
      media_type: 4,
      share_url: 'https://sim.invalid/v',
      statistics: {
        play_count: hidden ? 0 : figures.plays,
        digg_count: figures.likes,
        comment_count: figures.comments,
        share_count: figures.shares,
        forward_count: 0,
        download_count: 0,
      },
    };
  }

  /** The newest day that daily tables hold: yesterday from 10:00, before that the day before. */
  private newestDay(): number {
    return dayOf(this.now() - 10 * HOUR) - 1;
  }

  private seriesDays(account: SimAccount, call: Call, from: number): number[] | null {
    const length = Number(call.query.get('date_type'));
    if (![7, 15, 30].includes(length)) return null;
    const newest = this.newestDay();
    const days: number[] = [];
    for (let day = Math.max(from, newest - length + 1); day <= newest; day++) if (this.told.servesDay(account, day)) days.push(day);
    return days;
  }

  private userSeries(account: SimAccount, call: Call): object | null {
    const days = this.seriesDays(account, call, dayOf(this.world.startsAt));
    if (!days) return this.classic({}, 28001007);
    const kind = call.path.slice('/data/external/user/'.length).replace(/\/$/, '');
    const figures = (day: number) => {
      const total = { plays: 0, likes: 0, comments: 0, shares: 0, issued: 0 };
      for (const video of this.visible(account)) {
        const after = videoFigures(video, dayStart(day + 1));
        const before = videoFigures(video, dayStart(day));
        total.plays += after.plays - before.plays;
        total.likes += after.likes - before.likes;
        total.comments += after.comments - before.comments;
        total.shares += after.shares - before.shares;
        if (dayOf(video.publishedAt) <= day) total.issued++;
      }
      return total;
    };
    const fans = (day: number) => this.world.followers(account, day);
    const row: Record<string, (day: number) => object> = {
      item: (day) => ({ new_issue: 0, new_play: figures(day).plays, total_issue: figures(day).issued }),
      fans: (day) => ({ total_fans: fans(day), new_fans: Math.max(0, fans(day) - fans(day - 1)) }),
      like: (day) => ({ new_like: figures(day).likes }),
      comment: (day) => ({ new_comment: figures(day).comments }),
      share: (day) => ({ new_share: figures(day).shares }),
      profile: (day) => ({ profile_uv: Math.round(fans(day) * 0.01 * (0.5 + unit(this.world.seed, 71, account.index, day))) }),
    };
    const build = row[kind];
    return build ? this.classic({ result_list: days.map((day) => ({ date: dayText(day), ...build(day) })) }) : null;
  }

  private itemSeries(account: SimAccount, call: Call): object | null {
    const kind = call.path.slice('/data/external/item/'.length).replace(/\/$/, '');
    const video = this.visible(account).find((one) => one.itemId === call.query.get('item_id'));
    if (!video) return this.classic({}, 28001007);
    const young = this.now() - video.publishedAt < 30 * DAY && !this.told.isPrivate(video, this.now());
    if (kind === 'base') {
      const f = videoFigures(video, dayStart(this.newestDay() + 1));
      const result = {
        total_play: f.plays,
        total_like: f.likes,
        total_comment: f.comments,
        total_share: f.shares,
        avg_play_duration: Number(video.averagePlaySeconds.toFixed(2)),
      };
      return this.classic({ result: young ? result : {} });
    }
    const field = { play: 'plays', like: 'likes', comment: 'comments', share: 'shares' }[kind] as
      'plays' | 'likes' | 'comments' | 'shares' | undefined;
    if (!field) return null;
    const days = this.seriesDays(account, call, dayOf(video.publishedAt));
    if (!days) return this.classic({}, 28001007);
    const value = (day: number) => videoFigures(video, dayStart(day + 1))[field] - videoFigures(video, dayStart(day))[field];
    return this.classic({
      result_list: young
        ? days.map((day) => ({ date: dayText(day), [kind]: account.index % 3 === 0 ? String(value(day)) : value(day) }))
        : [],
    });
  }
}
