import { zhCN } from '@/locales';
import { peerGroupText } from './peerGroup';

const t = (path: string) => path.split('.').reduce((words, key) => (words as Record<string, unknown>)[key], zhCN as unknown) as string;

it('whom somebody is compared with is said in the language of the page, never as a code', () => {
  const said = ['douyin/head', 'channels/undeclared', 'kuaishou', 'brand'].map((group) => peerGroupText(group, t));
  expect(said).toEqual(['抖音 · 头部', `视频号 · ${zhCN.word.undeclared}`, '快手', '全品牌']);
});
