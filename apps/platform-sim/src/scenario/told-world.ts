import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart, HOUR } from '../world/calendar';
import { unit } from '../world/random';
import { finalAt } from '../world/sessions';
import type { SimSession } from '../world/sessions';
import { videoFigures } from '../world/videos';
import type { SimVideo, VideoFigures } from '../world/videos';
import type { World } from '../world/world';
import type { ScenarioEngine } from './engine';
import type { ScenarioName, ScenarioSetting } from './catalogue';

/** The world as the platforms hold it: with what lasting scenarios change in it. Wires tell it, the truth is computed from it. */
export class ToldWorld {
  private readonly deleted = new Map<string, number>();

  constructor(
    readonly world: World,
    private readonly scenarios: ScenarioEngine,
    /** Share of Douyin sessions that are corrected late at this trouble level. */
    private readonly lateCorrections: number,
  ) {}

  /** A video goes while somebody reads the list. */
  deleteNow(video: SimVideo, now: number): void {
    if (!this.deleted.has(video.videoId)) this.deleted.set(video.videoId, now);
  }

  deletedAt(video: SimVideo): number | null {
    const drawn = this.drawnInstant('deleted-videos', video);
    const known = [video.deletedAt, this.deleted.get(video.videoId) ?? null, drawn].filter((at) => at !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  /** Videos that a list shows at an instant, newest first. */
  visible(account: SimAccount, at: number): SimVideo[] {
    return this.world.videos(account, at).filter((video) => (this.deletedAt(video) ?? Infinity) > at);
  }

  isPrivate(video: SimVideo, at: number): boolean {
    if (video.account.platform !== 'douyin') return false;
    return at >= Math.min(video.privateAt ?? Infinity, this.drawnInstant('private-videos', video) ?? Infinity);
  }

  /** Running totals as the platform counts them: a recount takes 1 % away. */
  figures(video: SimVideo, at: number): VideoFigures {
    const figures = videoFigures(video, at);
    const recountAt = video.recountAt === null ? this.drawnInstant('recounts', video) : null;
    return recountAt !== null && at >= recountAt ? { ...figures, plays: Math.floor(figures.plays * 0.99) } : figures;
  }

  /** The instant from which a metric (by its number; 0 the first) of a session is ready; Infinity when it never is. */
  readyAt(session: SimSession, metric: number, now: number): number {
    const { platform, index } = session.account;
    const ready = finalAt(session);
    const day = dayOf(session.startedAt);
    if (this.inSpan(this.scenarios.fated('never-ready', platform, index, day), session.startedAt)) return Infinity;
    const late =
      this.scenarios.find('late-readiness', platform, index, now) && this.scenarios.amount('late-readiness', platform, index, now);
    return late ? ready + unit(this.world.seed, 73, index, day, metric) * late * HOUR : ready;
  }

  /** Views of a session: some are corrected three days after they were ready. */
  views(session: SimSession, now: number): number {
    const { platform, index } = session.account;
    if (platform !== 'douyin' || now < finalAt(session) + 3 * DAY) return session.views;
    const started = session.startedAt / 1000;
    const corrected =
      unit(this.world.seed, 72, index, started) < this.lateCorrections ||
      this.scenarios.fated('late-corrections', platform, index, started) !== null;
    return corrected ? Math.round(session.views * 0.98) : session.views;
  }

  /** Persons of a broadcast in Tencent Ads' table: the last days' figures of some change late. */
  showingPersons(session: SimSession, now: number): number {
    const { uniqueViewers, account, startedAt } = session;
    if (now < finalAt(session) + 3 * DAY) return uniqueViewers;
    const corrected = this.scenarios.fated('late-corrections', 'tencentads', account.index, startedAt / 1000) !== null;
    return corrected ? Math.round(uniqueViewers * 0.98) : uniqueViewers;
  }

  /** Whether a daily series holds a day. */
  servesDay(account: SimAccount, day: number): boolean {
    return !this.inSpan(this.scenarios.fated('never-served', account.platform, account.index), dayStart(day));
  }

  private inSpan(setting: ScenarioSetting | null, at: number): boolean {
    return setting !== null && at >= (setting.from ?? -Infinity) && at < (setting.to ?? Infinity);
  }

  /** When a fate meets a video: somewhere in the setting's span, or within two days of its publication. */
  private drawnInstant(name: ScenarioName, video: SimVideo): number | null {
    // every list asks it of each of its videos, and mostly nothing is switched on
    if (!this.scenarios.isKnown(name)) return null;
    const { platform, index } = video.account;
    const number = Number(video.videoId.replace(/\D/g, '').slice(-9));
    const setting = this.scenarios.fated(name, platform, index, number);
    if (!setting) return null;
    const { from = video.publishedAt, to = from + 2 * DAY } = setting;
    return from + Math.floor(unit(this.world.seed, 74, number, name.length) * (to - from));
  }
}
