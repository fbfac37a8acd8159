import { ClickHouseError, parseError } from '@clickhouse/client';
import { Bilingual, VitrineError } from '@app/contracts';
import { shardMissing } from './cluster/cluster-failure';

const RERUN: Bilingual = { en: 'Check with `vitrine doctor`; a rerun is safe.', zh: '请用 `vitrine doctor` 检查；重新运行是安全的。' };

/** Disk full is 243 (NOT_ENOUGH_SPACE) or, where a write had begun, the system's own words; memory 241; too many queries 202; time 159; rows 396. */
export function storeError(name: string, error: unknown): VitrineError {
  if (error instanceof VitrineError) return error;
  if (error instanceof RangeError)
    return new VitrineError('internal', { en: `${name}: ${error.message}`, zh: `${name}：${error.message}` }, { cause: error });
  if (error instanceof ClickHouseError) return refusal(name, error);
  return new VitrineError(
    'store_unavailable',
    { en: `The fact store does not answer (${name}).`, zh: `事实库没有响应（${name}）。` },
    { remedy: RERUN, cause: error },
  );
}

function refusal(name: string, error: ClickHouseError): VitrineError {
  const missing = shardMissing(name, error);
  if (missing) return missing;
  if (error.code === '243' || /No space left on device/i.test(error.message))
    return new VitrineError(
      'disk_full',
      { en: 'The disk of the fact store is full. What was acknowledged is kept.', zh: '事实库所在磁盘已满，已确认的数据仍然保留。' },
      {
        remedy: { en: 'Free space or enlarge the disk, then run the same command again.', zh: '请清理或扩容磁盘后，重新运行同一命令。' },
        cause: error,
      },
    );
  if (error.code === '241')
    return new VitrineError(
      'store_unavailable',
      {
        en: `The fact store has not enough memory for ${name}. What was acknowledged is kept.`,
        zh: `事实库内存不足，无法执行 ${name}；已确认的数据仍然保留。`,
      },
      {
        remedy: {
          en: 'Try again when less runs at once, or ask for fewer accounts or a shorter period; a rerun is safe. If it stays so, give the server more memory.',
          zh: '请在并发较少时重试，或缩小账号范围、缩短时间段；重新运行是安全的。若持续出现，请为服务器增加内存。',
        },
        cause: error,
      },
    );
  if (error.code === '202')
    return new VitrineError(
      'store_unavailable',
      { en: `The fact store has too many queries at once (${name}).`, zh: `事实库并发查询过多（${name}）。` },
      { remedy: { en: 'Try again in a moment; a rerun is safe.', zh: '请稍后重试；重新运行是安全的。' }, cause: error },
    );
  return new VitrineError(
    'internal',
    { en: `Query ${name} failed: ${error.message.slice(0, 600)}`, zh: `查询 ${name} 失败（错误码 ${error.code}）。` },
    { cause: error },
  );
}

const EXCEPTION = /__exception__|Code: \d+\. DB::Exception/;
const KEPT = 4000;

/**
 * Reads the answer to a statement to its end. Throws when it breaks off, and when an exception came after the status 200 was sent. The answer to
 * an insert is empty, so anything in it is such an exception.
 */
export async function assertDone(answer: AsyncIterable<Buffer>, kind: 'insert' | 'statement'): Promise<void> {
  let told = '';
  for await (const chunk of answer) told = (told + chunk.toString()).slice(-KEPT);
  if (told.trim() !== '' && (kind === 'insert' || EXCEPTION.test(told))) throw parseError(told);
}
