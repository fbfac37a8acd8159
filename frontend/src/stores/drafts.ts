import { ref, watch, type Ref } from 'vue';
import { draftName, readDraft } from './draft-storage';
import { useSession } from './session';

/** What was typed into a form and not sent yet. `clear` when it was sent: the form is empty again. */
export interface Draft<T> {
  value: Ref<T>;
  /** Whether something was typed. */
  isTyped(): boolean;
  clear(): void;
}

/**
 * The draft of a form, of the person who is signed in, kept in the tab: a reload, a refusal or a session that ended in the middle of it loses nothing. Another
 * person of the same tab never sees it. `form` names the form and what it is about.
 */
export function useDraft<T>(form: string, initial: () => T): Draft<T> {
  const name = draftName(useSession().user?.userId ?? '', form);
  const value = ref(readDraft<T>(name) ?? initial()) as Ref<T>;
  const isTyped = () => JSON.stringify(value.value) !== JSON.stringify(initial());
  watch(value, () => (isTyped() ? sessionStorage.setItem(name, JSON.stringify(value.value)) : sessionStorage.removeItem(name)), {
    deep: true,
    flush: 'sync',
  });
  return {
    value,
    isTyped,
    clear() {
      value.value = initial();
      sessionStorage.removeItem(name);
    },
  };
}
