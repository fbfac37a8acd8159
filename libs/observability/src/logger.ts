import pino, { DestinationStream, Logger } from 'pino';
import type { Settings } from '@app/config';

// Names of fields whose values never reach a log: credentials, and what identifies or quotes a person.
const SECRET_FIELDS = [
  'token',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'secret',
  'appSecret',
  'app_secret',
  'client_secret',
  'clientSecret',
  'password',
  'authorization',
  'Authorization',
  'cookie',
  // of a failed query: its values, and what the server says of them
  'parameters',
  'detail',
  'signature',
  'viewer',
  'openId',
  'open_id',
  'unionId',
  'phone',
  'text',
];
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];
const COOKIES = ['*["set-cookie"]', '*.*["set-cookie"]'];

/**
 * The logger of a process: one JSON object a line, to stderr (stdout belongs to results). Values of tokens, secrets, viewers, phones and chat
 * texts are replaced, down to four levels; such values must not stand in a message.
 */
export function createLogger(settings: Pick<Settings, 'logLevel'>, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level: settings.logLevel,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: [...DEPTHS.flatMap((depth) => SECRET_FIELDS.map((field) => `${depth}${field}`)), ...COOKIES], censor: '[redacted]' },
    },
    destination,
  );
}
export type { Logger } from 'pino';
