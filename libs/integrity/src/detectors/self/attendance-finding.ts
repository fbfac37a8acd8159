import type { SignalParameters, SignalRow } from '@app/contracts';
import { strengthOf, strengthOfLooks } from '../../calibration/tail';
import type { DetectorScope, Finding } from '../../detector';
import { entryParameters } from '../../facts/viewer-entries';
import { attendanceExcess, TENTHS } from './attendance';
import { spanParameter, type AttendanceReference, type RoomAttendance } from './attendance.reader';
import { ATTENDANCE_EVIDENCE, ATTENDANCE_REMOVAL } from './attendance.sql';

/** So few more are nobody's farm. */
const FEW = 5;
const rounded = (value: number): number => Math.round(value * 10) / 10;

/** A room in which more are always there than in its own past; null: none, or nothing to compare with. `looks`: how many looks the best of which is told. */
export function attendanceFinding(
  scope: DetectorScope,
  key: string,
  room: RoomAttendance,
  { reference, looks }: { reference: AttendanceReference; looks: number },
): Finding | null {
  const account = scope.accountOf(key);
  const { 0: first, 1: before, 2: now } = room;
  const found =
    now &&
    attendanceExcess(
      now,
      [before, first].filter((span) => span !== undefined),
      reference.moved,
    );
  if (!account || !found || found.count - found.expected <= FEW) return null;
  const strength = strengthOfLooks(strengthOf(reference.tail, found.score), looks);
  if (strength < 0.9) return null;
  const place = { platform: account.platform, accountId: account.accountId };
  const parameters: SignalParameters = {
    ...entryParameters(scope, [key], { from: scope.historyFrom, to: scope.window.to }),
    ...spanParameter(scope),
    ...{ tenths: found.tenths, promptOnly: Number(found.promptOnly) },
  };
  const more = found.count - found.expected;
  const entries = (viewers: number): number => Math.round((viewers * now.sessions * (found.tenths + 1.5)) / TENTHS);
  const [how, howZh] = found.promptOnly ? [', mostly from the first three minutes', '且多在开播三分钟内进房'] : ['', ''];
  return {
    subject: { kind: 'account', ...place },
    window: { from: scope.judgedFrom, to: scope.window.to },
    standing: true,
    strength,
    evidence: {
      text: {
        zh: `${found.count} 个未申报的账号参加了${found.tenths}成以上的场次${howZh}；按本账号此前同样长的时段与常客增减，应约 ${found.expected.toFixed(1)} 个。`,
        en: `${found.count} undeclared accounts were in ${found.tenths} sessions of ten or more${how}; the spans before, and how the regulars have grown, let expect about ${found.expected.toFixed(1)}.`,
      },
      figures: [
        {
          ...{ name: 'oftenThere', label: { zh: '常在的账号数', en: 'Accounts that are mostly there' }, value: found.count },
          ...{ ownReference: rounded(found.expected), peerReference: null, honestQuantile: Math.round(strength * 1e5) / 1e5 },
        },
      ],
      rows: attendanceRows(room),
      // as long as most of them are beyond the usual: else more honest ones would be named than others
      removes:
        found.count <= 2 * found.expected
          ? []
          : [
              {
                ...{ kind: 'entries', ...place, count: entries(found.count), low: entries(more / 2), high: entries(found.count * 1.5) },
                ...{ sql: ATTENDANCE_REMOVAL, parameters },
              },
            ],
      ...{ sql: ATTENDANCE_EVIDENCE, parameters },
    },
  };
}

/** What the evidence statement gives, out of what the scan has read. */
const attendanceRows = ({ 1: before, 2: now }: RoomAttendance): SignalRow[] =>
  Array.from({ length: TENTHS }, (_, tenths) => ({
    tenths,
    viewers: now?.all[tenths] ?? 0,
    fromTheFirstMinutes: now?.prompt[tenths] ?? 0,
    viewersBefore: before?.all[tenths] ?? 0,
  })).filter(({ viewers, viewersBefore }) => viewers + viewersBefore > 0);
