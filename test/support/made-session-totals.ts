/** Totals of a session of two hours with plausible figures; what is given replaces them. Shape of libs/integrity's SessionTotals. */
export function madeTotals<Change extends object>(change: Change) {
  return {
    sessionId: 's',
    from: 1_790_000_000_000,
    to: 1_790_007_200_000 as number | null,
    day: 20_717,
    views: 2000 as number | null,
    unique_viewers: 1600 as number | null,
    peak_concurrent: 240 as number | null,
    average_concurrent: 120 as number | null,
    watch_seconds: 864_000 as number | null,
    average_dwell_seconds: 540 as number | null,
    views_over_1_min: 900 as number | null,
    likes: 400 as number | null,
    comments: 100 as number | null,
    shares: 40 as number | null,
    follows: 30 as number | null,
    gifts: 5 as number | null,
    leads: 8 as number | null,
    paid_views: null as number | null,
    ...change,
  };
}
