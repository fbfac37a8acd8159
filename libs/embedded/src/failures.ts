import { VitrineError } from '@app/contracts';

/** The ways in which the embedded servers refuse, each with what to do. */
export function unsupportedPlatform(platform: string, arch: string, cause?: unknown): VitrineError {
  const windows = platform === 'win32';
  return new VitrineError(
    'unsupported_platform',
    { zh: `没有适用于 ${platform}-${arch} 的内置服务器`, en: `There are no embedded servers for ${platform}-${arch}` },
    {
      remedy: windows
        ? {
            zh: '请在 WSL（Ubuntu）中运行，或使用 docker compose（docker/compose.yml）',
            en: 'Run it inside WSL (Ubuntu), or use docker compose (docker/compose.yml)',
          }
        : {
            zh: '支持 linux-x64、linux-arm64（glibc）和 darwin-arm64，安装时不能省略可选依赖（npm ci）。否则请使用 docker compose（docker/compose.yml），或设置 CLICKHOUSE_URL 和 DATABASE_URL',
            en: 'Supported are linux-x64, linux-arm64 (glibc) and darwin-arm64, installed with optional dependencies (npm ci). Otherwise use docker compose (docker/compose.yml), or set CLICKHOUSE_URL and DATABASE_URL',
          },
      cause,
    },
  );
}

export function diskFull(folder: string, freeMegabytes?: number): VitrineError {
  const text =
    freeMegabytes === undefined
      ? { zh: `${folder} 所在磁盘已满`, en: `The disk of ${folder} is full` }
      : { zh: `${folder} 所在磁盘只剩 ${freeMegabytes} MB`, en: `The disk of ${folder} has only ${freeMegabytes} MB left` };
  return new VitrineError('disk_full', text, {
    remedy: {
      zh: '请释放至少 200 MB 空间，或用 --data 选择另一块磁盘上的文件夹',
      en: 'Free at least 200 MB, or choose a folder on another disk with --data',
    },
  });
}

export function wrongVersion(folder: string, found: string, expected: string): VitrineError {
  return new VitrineError(
    'wrong_version',
    {
      zh: `${folder} 属于另一个版本（其中：${found}；本程序：${expected}），未作任何改动`,
      en: `${folder} belongs to another version (it holds ${found}, this program writes ${expected}); nothing was touched`,
    },
    {
      remedy: {
        zh: '请用写入它的 Vitrine 版本执行 backup，再用本版本 restore 到新文件夹；或用 --data 选择另一个文件夹',
        en: 'Run `backup` with the Vitrine version that wrote it and `restore` with this one into a new folder, or choose another folder with --data',
      },
    },
  );
}

export function folderBusy(folder: string): VitrineError {
  return new VitrineError(
    'conflict',
    {
      zh: `另一个进程占用 ${folder}，但它的服务器没有应答`,
      en: `Another process holds ${folder}, but its servers do not answer`,
    },
    {
      remedy: {
        zh: '请等它启动或结束后重试；若它已停滞，请结束该进程',
        en: 'Try again when it has started or ended; if it hangs, end that process',
      },
    },
  );
}

export function portTaken(port: number, reason: 'taken' | 'forbidden'): VitrineError {
  return new VitrineError(
    'conflict',
    reason === 'taken'
      ? { zh: `端口 ${port} 已被占用`, en: `Port ${port} is taken` }
      : { zh: `没有权限监听端口 ${port}`, en: `This user may not listen on port ${port}` },
    {
      remedy: {
        zh: '请结束占用它的程序，或用 PORT 选择另一个端口（0 表示任意空闲端口）',
        en: 'End the program that uses it, or choose another port with PORT (0: any free one)',
      },
    },
  );
}

export function secretMissing(): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: '使用自有服务器时必须设置 VITRINE_SECRET', en: 'VITRINE_SECRET is required with servers of your own' },
    {
      remedy: {
        zh: '请设置至少 32 个字符的 VITRINE_SECRET（例如 openssl rand -base64 32），所有进程必须相同',
        en: 'Set VITRINE_SECRET to at least 32 characters (for example from openssl rand -base64 32), the same for every process',
      },
    },
  );
}

export function clusterWithoutServer(): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: '设置了 CLICKHOUSE_CLUSTER，但没有设置 CLICKHOUSE_URL', en: 'CLICKHOUSE_CLUSTER is set without CLICKHOUSE_URL' },
    {
      remedy: {
        zh: '请把 CLICKHOUSE_URL 设为集群中的一个节点，或删除 CLICKHOUSE_CLUSTER：内置服务器不是集群',
        en: 'Set CLICKHOUSE_URL to one node of the cluster, or remove CLICKHOUSE_CLUSTER: the embedded server is no cluster',
      },
    },
  );
}

export function folderDenied(folder: string, cause: unknown): VitrineError {
  return new VitrineError(
    'store_unavailable',
    { zh: `无法读写数据文件夹 ${folder}`, en: `The data folder ${folder} cannot be read or written` },
    {
      remedy: {
        zh: '请以其所有者身份运行，或用 --data（VITRINE_DATA）选择另一个文件夹',
        en: 'Run as the user that owns it, or choose another folder with --data (VITRINE_DATA)',
      },
      cause,
    },
  );
}

export function serverFailed(server: 'ClickHouse' | 'PostgreSQL', folder: string, complaint: string): VitrineError {
  return new VitrineError(
    'store_unavailable',
    { zh: `内置 ${server} 无法启动：${complaint}`, en: `The embedded ${server} does not start: ${complaint}` },
    { remedy: { zh: `请查看 ${folder}/server.log，然后重试`, en: `Look into ${folder}/server.log, then try again` } },
  );
}

/** Full disks show as ENOSPC, as PostgreSQL's and ClickHouse's texts, or as ClickHouse's error 243. */
export const saysDiskFull = (text: string): boolean =>
  /ENOSPC|No space left on device|NOT_ENOUGH_SPACE|Cannot reserve .* not enough space/i.test(text);

/** Errors of the file system as errors that say what to do; everything else as it was. */
export function fromFileSystem(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder);
  if (code && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) return folderDenied(folder, error);
  return error;
}
