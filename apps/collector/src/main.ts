import { runAlone } from '../../process/run-alone';

void runAlone('collector');
