import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

const registry = new Registry();
const registers = [registry];

/** What the product counts about itself; served at /metrics. Labels hold names of our own only, never an account or a viewer. */
export const metrics = {
  /** Seconds per named query. */
  queryDuration: new Histogram({
    name: 'vitrine_query_duration_seconds',
    help: 'Duration of named queries to the fact store',
    labelNames: ['query', 'outcome'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  }),
  /** Rows by import kind and what became of them: accepted, replaced, unchanged, rejected. */
  rowsIngested: new Counter({
    name: 'vitrine_rows_ingested_total',
    help: 'Rows delivered, by kind and outcome',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  }),
  /** Pushes of platforms by channel and what became of them: stored, answered, or why they were refused. */
  webhooks: new Counter({
    name: 'vitrine_webhooks_total',
    help: 'Pushes of platforms, by channel and outcome',
    labelNames: ['channel', 'outcome'] as const,
    registers,
  }),
  /** Requests that were not answered, by error code: unauthorized at sign-in is somebody who guesses, forbidden and not_found somebody who looks around. */
  refusals: new Counter({
    name: 'vitrine_refusals_total',
    help: 'Requests that ended in an error, by code and area (sign-in, interface)',
    labelNames: ['code', 'area'] as const,
    registers,
  }),
  /** Acts of the audit log by action, as far as this process wrote them. */
  acts: new Counter({
    name: 'vitrine_acts_total',
    help: 'Acts written to the audit log, by action',
    labelNames: ['action'] as const,
    registers,
  }),
  /** Jobs by name and how they ended: done, failed, retried. */
  jobOutcomes: new Counter({
    name: 'vitrine_jobs_total',
    help: 'Jobs that ended, by name and outcome',
    labelNames: ['job', 'outcome'] as const,
    registers,
  }),
};

let processMetrics = false;

/** The page for Prometheus. The first call starts the collection of the process's own figures. */
export async function metricsPage(): Promise<{ contentType: string; body: string }> {
  if (!processMetrics) collectDefaultMetrics({ register: registry, prefix: 'vitrine_' });
  processMetrics = true;
  return { contentType: registry.contentType, body: await registry.metrics() };
}
