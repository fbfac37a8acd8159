import type { Basis, FigureLink, Platform } from '@app/contracts';
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useSession } from '@/stores/session';

/** Whom a figure is about, as rows of reports say it. */
interface ExplainedRow {
  level: string;
  platform?: Platform;
  accountId?: string;
  dealerId?: string | null;
  adcode?: string;
  salesRegion?: string;
}

/** The question about a figure of a row. Null where nobody can be asked about: the group of what no dealer owns. */
export function linkTo(figure: string, row: ExplainedRow, asked: { month: string; basis: Basis; report?: string }): FigureLink | null {
  const subject = subjectOf(row);
  if (subject === null) return null;
  return {
    figure,
    level: row.level,
    month: asked.month,
    basis: asked.basis,
    ...(asked.report ? { report: asked.report } : {}),
    ...(subject ? { subject } : {}),
    ...(row.level === 'region' ? { regions: row.salesRegion ? 'sales' : 'adcode' } : {}),
  };
}

function subjectOf({ level, platform, accountId, dealerId, adcode, salesRegion }: ExplainedRow): string | null {
  if (level === 'brand') return '';
  if (level === 'account') return platform && accountId ? `${platform}:${accountId}` : null;
  return (level === 'dealer' ? dealerId : (salesRegion ?? adcode)) ?? null;
}

/** The explanation that is open, as the address has it; opening one is a step that the browser can go back. */
export function useExplain() {
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  return {
    may: computed(() => session.may({ action: 'explain.read' })),
    link: computed<FigureLink | null>(() => {
      const text = route.query.explain;
      const link = typeof text === 'string' && text ? Object.fromEntries(new URLSearchParams(text)) : {};
      return link.figure ? link : null;
    }),
    open: (link: FigureLink) => void router.push({ query: { ...route.query, explain: new URLSearchParams(link).toString() } }),
    close() {
      const rest = Object.fromEntries(Object.entries(route.query).filter(([name]) => name !== 'explain'));
      void router.push({ query: rest });
    },
  };
}
