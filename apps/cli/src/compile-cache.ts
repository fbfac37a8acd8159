import { enableCompileCache } from 'node:module';
import * as path from 'node:path';

// first import of main: keeps compiled code, so that every later command starts faster. In the installation's own folder, never in a shared one
enableCompileCache(path.resolve(__dirname, '../../../../node_modules/.cache/vitrine'));
