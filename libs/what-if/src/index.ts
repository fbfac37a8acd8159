export { WhatIfJobs } from './what-if-jobs';
export { type Following, WhatIfService } from './what-if.service';
