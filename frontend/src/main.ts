import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { createQueryClient } from './api/queryClient';
import App from './App.vue';
import { createWords } from './locales';
import { createPages } from './pages/routes';
import { usePreferences } from './stores/preferences';
import './styles/element';
import './styles/tokens.css';
import './styles/page.css';

const pinia = createPinia();
const queryClient = createQueryClient();

createApp(App)
  .use(pinia)
  .use(createWords(usePreferences(pinia).locale))
  .use(createPages(queryClient))
  .use(VueQueryPlugin, { queryClient })
  .mount('#app');
