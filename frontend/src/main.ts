import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { ApiError } from './api/client';
import App from './App.vue';
import { createWords } from './locales';
import { createPages } from './pages/routes';
import { usePreferences } from './stores/preferences';
import './styles/element';
import './styles/tokens.css';
import './styles/page.css';

const pinia = createPinia();
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // answers are never changed in place: no proxy around each of their thousands of objects
      shallow: true,
      refetchOnWindowFocus: false,
      // what the server refused will be refused again
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

createApp(App)
  .use(pinia)
  .use(createWords(usePreferences(pinia).locale))
  .use(createPages())
  .use(VueQueryPlugin, { queryClient })
  .mount('#app');
