import type { Findings } from '../detector';

type Unknown = Findings['notAssessable'];

/** Of two readings of the same subjects: those that neither can assess, with the reason of the first. */
export function neitherAssessable(first: Unknown, second: Unknown): Unknown {
  const keyOf = ({ subject }: Unknown[number]) => ('accountId' in subject ? `${subject.platform}/${subject.accountId}` : subject.kind);
  const also = new Set(second.map(keyOf));
  return first.filter((one) => also.has(keyOf(one)));
}
