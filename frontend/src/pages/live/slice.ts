import { VideoCamera } from '@element-plus/icons-vue';
import type { Slice } from '@/components/frame/workspace';

const need = { action: 'live.read' } as const;

/** Rooms that are live. */
export const liveSlice: Slice = {
  workspace: 'live',
  routes: [
    { path: '/live', name: 'live', component: () => import('./LiveWallPage.vue'), meta: { need, bare: true } },
    {
      path: '/live/:platform(douyin|kuaishou|channels)/:accountId',
      name: 'live-room',
      component: () => import('./LiveRoomPage.vue'),
      meta: { need },
    },
  ],
  entries: [{ word: 'live.nav.wall', icon: VideoCamera, route: 'live', also: ['live-room'], need }],
};
