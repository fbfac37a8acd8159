import { createHash } from 'node:crypto';
import * as os from 'node:os';

/** 60 % of what the machine or the container grants, at most 8 GB: the application beside it needs the rest. */
function memoryLimit(): number {
  const granted = process.constrainedMemory() || Infinity;
  return Math.round(Math.min(8e9, 0.6 * Math.min(os.totalmem(), granted)));
}

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

// Limits of requests hold before anybody is authenticated, so they are read from the profile `default`. Long array parameters travel in the URL.
const REQUEST_LIMITS =
  '<http_max_uri_size>16777216</http_max_uri_size><http_max_fields>100000</http_max_fields><http_max_field_value_size>16777216</http_max_field_value_size>';

/**
 * Users of the embedded server. The session that starts the listeners has no password and every local process can use it: it may do nothing
 * else. The application's user needs explicit grants: without them it would hold FILE, which here reads any file of the machine, and URL, S3 …
 */
export const usersXml = (password: string): string => `<clickhouse>
  <users>
    <default><no_password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON system.numbers</query></grants></default>
    <vitrine><password_sha256_hex>${createHash('sha256').update(password).digest('hex')}</password_sha256_hex><networks><ip>127.0.0.1</ip></networks><profile>vitrine</profile><quota>default</quota>
      <grants><query>GRANT SHOW, SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE, OPTIMIZE, BACKUP, KILL QUERY, SYSTEM, dictGet, CLUSTER, REMOTE, INTROSPECTION ON *.*</query><query>GRANT TABLE ENGINE ON *</query><query>GRANT SET DEFINER ON vitrine</query></grants></vitrine>
  </users>
  <profiles>
    <default>${REQUEST_LIMITS}</default>
    <vitrine><max_execution_time>600</max_execution_time>${REQUEST_LIMITS}</vitrine>
  </profiles>
  <quotas><default/></quotas>
</clickhouse>
`;

/** The place of a server in a cluster of embedded servers, one replica a shard. They know each other by the secret and keep the user of a query. */
export interface ShardPlace {
  cluster: string;
  secret: string;
  /** The native port of every shard on the loopback, in order. */
  tcpPorts: readonly number[];
  /** Which of them this server is. */
  index: number;
}

const clusterXml = ({ cluster, secret, tcpPorts, index }: ShardPlace): string => `
  <tcp_port>${tcpPorts[index]}</tcp_port>
  <remote_servers><${cluster}><secret>${xml(secret)}</secret>${tcpPorts
    .map((port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`)
    .join('')}</${cluster}></remote_servers>
  <macros><shard>${index + 1}</shard><replica>1</replica></macros>`;

/** Configuration of one start; `usersFile` is an absolute path. */
export const configXml = (folder: string, port: number, usersFile: string, shard?: ShardPlace): string => `<clickhouse>
  <http_port>${port}</http_port>${shard ? clusterXml(shard) : ''}
  <listen_host>127.0.0.1</listen_host>
  <keep_alive_timeout>10</keep_alive_timeout>
  <timezone>UTC</timezone>
  <users_config>${xml(usersFile)}</users_config>
  <max_server_memory_usage>${memoryLimit()}</max_server_memory_usage>
  <max_concurrent_queries>100</max_concurrent_queries>
  <!-- the child's default is too small: it logs "Temporarily pause scheduling" for ever -->
  <background_schedule_pool_size>16</background_schedule_pool_size>
  <mark_cache_size>268435456</mark_cache_size>
  <logger><log>${xml(folder)}/server.log</log><errorlog>${xml(folder)}/error.log</errorlog><size>10M</size><count>3</count></logger>
  <backups><allowed_path>${xml(folder)}/backups/</allowed_path></backups>
  <!-- the system database is in memory here: a query_log in MergeTree fails for ever after the first restart -->
  <query_log><database>system</database><table>query_log</table><engine>ENGINE = Memory SETTINGS min_rows_to_keep = 10000, max_rows_to_keep = 50000</engine><flush_interval_milliseconds>2000</flush_interval_milliseconds></query_log>
</clickhouse>
`;
