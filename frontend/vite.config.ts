import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { outlines } from './outlines.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where `npm run dev` finds the api; the built page is served by the api itself. */
const api = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [outlines(), vue()],
  resolve: { alias: { '@app/contracts': path('../libs/contracts/src/index.ts'), '@': path('./src') } },
  server: { proxy: { '/api': api } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // its catalogues are tables that are put together by functions: only what a page uses of them goes along
      treeshake: { moduleSideEffects: [{ test: /libs[\\/]contracts[\\/]src[\\/]/, sideEffects: false }] },
      output: {
        codeSplitting: {
          // highest priority first: a group takes its modules' dependencies along, and charts must not take the framework
          groups: [
            { name: 'vue', priority: 3, test: /node_modules[\\/](vue|@vue|vue-router|vue-i18n|@intlify|pinia|@tanstack)[\\/]/ },
            {
              name: 'ui',
              priority: 2,
              test: /node_modules[\\/](element-plus|@element-plus|@floating-ui|@popperjs|@vueuse|lodash-es)[\\/]/,
            },
            // what several pages share is one file: a page of twenty small ones waits for six at a time
            { name: 'shared', priority: 0, minShareCount: 4, test: /frontend[\\/]src[\\/](?!charts|maps|locales)|libs[\\/]contracts[\\/]/ },
            { name: 'echarts', priority: 1, test: /node_modules[\\/](echarts|zrender|vue-echarts)[\\/]/ },
          ],
        },
      },
    },
  },
});
