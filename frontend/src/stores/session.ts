import type { Action, SignInAnswer, SignedInUser } from '@app/contracts';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { dropAccess, keepAccess, refreshAccess } from '@/api/access';
import { postSignOut } from '@/api/sign-in';
import { forgetDrafts } from './draft-storage';

/** Who is signed in, in this tab. The refresh cookie, which no script reads, brings them back after a reload. */
export const useSession = defineStore('session', () => {
  const user = ref<SignedInUser | null>(null);
  let restored: Promise<void> | null = null;

  return {
    user,
    /** Whether the person may do something, as far as `reach` says. The server decides: this only leaves out what it would refuse. */
    may({ action, reach }: { action: Action; reach?: 'own' | 'brand' }): boolean {
      const reached = user.value?.reaches[action];
      return reached !== undefined && (reach === undefined || reach === reached);
    },
    /** Once per page: is somebody signed in already? A server that does not answer says no. `known` is called before anything of the page is drawn for them. */
    restore(known?: () => void): Promise<void> {
      return (restored ??= refreshAccess().then(
        (found) => {
          user.value = found;
          if (found) known?.();
        },
        () => undefined,
      ));
    },
    begin(answer: Extract<SignInAnswer, { step: 'done' }>): void {
      user.value = keepAccess(answer);
    },
    async end(): Promise<void> {
      await postSignOut().catch(() => undefined); // what the server did not hear ends by itself
      forgetDrafts();
      dropAccess();
      user.value = null;
    },
    lose(): void {
      dropAccess();
      user.value = null;
    },
  };
});
