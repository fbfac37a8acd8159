export { ExplainService } from './explain.service';
export { explainedFigures } from './figures/registry';
