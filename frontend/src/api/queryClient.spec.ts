import { onlineManager } from '@tanstack/vue-query';
import { ApiError } from './client';
import { createQueryClient } from './queryClient';

describe('queries without a connection', () => {
  afterEach(() => onlineManager.setOnline(true));

  it('fail and say so; they do not wait without a word, and nothing is sent later by itself', async () => {
    onlineManager.setOnline(false);
    const client = createQueryClient();
    const failed = new ApiError(0, 'unreachable', 'lost');
    const work = jest.fn(() => Promise.reject(failed));
    await expect(client.fetchQuery({ queryKey: ['x'], queryFn: work, retry: false })).rejects.toBe(failed);
    const mutation = client.getMutationCache().build(client, { ...client.getDefaultOptions().mutations, mutationFn: work });
    await expect(mutation.execute(undefined)).rejects.toBe(failed);
    onlineManager.setOnline(true);
    await client.resumePausedMutations();
    expect(work).toHaveBeenCalledTimes(2);
    client.clear();
  });
  it('a refusal is not asked for again', async () => {
    const client = createQueryClient();
    const work = jest.fn(() => Promise.reject(new ApiError(403, 'forbidden', 'no')));
    const { retry } = client.getDefaultOptions().queries ?? {};
    await expect(client.fetchQuery({ queryKey: ['y'], queryFn: work, retry })).rejects.toMatchObject({ status: 403 });
    expect(work).toHaveBeenCalledTimes(1);
    client.clear();
  });
});
