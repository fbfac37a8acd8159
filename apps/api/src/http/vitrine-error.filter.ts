import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Logger } from 'pino';
import { Bilingual, ERROR_CODES, ErrorBody, VitrineError } from '@app/contracts';
import { metrics } from '@app/observability';
import { isSignIn } from './routed-url';

/** The parts of an Express request and response that the filter touches. */
interface Exchange {
  request: { id?: unknown; url?: string; originalUrl?: string; headers: Record<string, string | string[] | undefined> };
  response: { status(code: number): { json(body: unknown): void }; headersSent: boolean; destroy(): void };
}

const BROKEN_JSON: Bilingual = { zh: '请求体不是有效的 JSON', en: 'The body is no valid JSON' };

/** The one place where errors become HTTP: closed codes, both languages by Accept-Language, no stack outside, a request id to find the log line. */
@Catch()
export class VitrineErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Exchange['request']>();
    const response = http.getResponse<Exchange['response']>();
    const requestId = request.id === undefined ? undefined : String(request.id);
    const { status, body, level } = this.explain(error, String(request.headers['accept-language'] ?? 'zh').startsWith('en') ? 'en' : 'zh');
    this.logger[level]({ requestId, code: body.code, ...(level === 'error' ? { err: error } : {}) }, body.message);
    metrics.refusals.inc({ code: body.code, area: isSignIn(request.originalUrl ?? request.url) ? 'sign-in' : 'interface' });
    if (response.headersSent) response.destroy();
    else response.status(status).json({ ...body, requestId });
  }

  private explain(error: unknown, language: 'zh' | 'en'): { status: number; body: ErrorBody; level: 'info' | 'warn' | 'error' } {
    if (error instanceof VitrineError) {
      const { http: status, level } = ERROR_CODES[error.code];
      const remedy = error.options.remedy?.[language];
      const details = error.options.details ?? [];
      return {
        status,
        level,
        body: { code: error.code, message: error.text[language], details: remedy ? [{ message: remedy, remedy }, ...details] : details },
      };
    }
    if (error instanceof HttpException) {
      const status = error.getStatus();
      const answer = error.getResponse() as { message?: string | string[] };
      // of malformed JSON the framework quotes a piece, which may hold a password
      const broken = error.cause instanceof SyntaxError || /JSON/.test(String(typeof answer === 'object' ? answer.message : answer));
      const messages = broken ? [BROKEN_JSON[language]] : typeof answer === 'string' ? [answer] : [answer.message ?? error.message].flat();
      const code = status === 404 ? 'not_found' : status === 400 ? 'bad_input' : status === 429 ? 'too_many' : 'http';
      return { status, level: 'info', body: { code, message: messages[0], details: messages.map((message) => ({ message })) } };
    }
    const refused = refusedBody(error) ?? refusedValue(error);
    if (refused) {
      const message = refused[language];
      return { status: refused.status, level: 'info', body: { code: refused.code, message, details: [{ message }] } };
    }
    return {
      status: 500,
      level: 'error',
      body: {
        code: 'internal',
        message:
          language === 'zh' ? '服务内部错误，请凭请求编号联系管理员。' : 'Internal error. Give the request id to your administrator.',
        details: [],
      },
    };
  }
}

interface RefusedBody extends Bilingual {
  status: number;
  code: string;
}

/** A value that the state store cannot hold (SQLSTATE class 22): no form has caught it, and it is no failure of ours all the same. */
function refusedValue(error: unknown): RefusedBody | null {
  const { driverError } = (error ?? {}) as { driverError?: { code?: unknown } };
  if (typeof driverError?.code !== 'string' || !driverError.code.startsWith('22')) return null;
  return { status: 400, code: 'bad_input', zh: '请求中有无法识别的取值', en: 'The request holds a value that nothing can be looked up by' };
}

/** What the parsers of bodies refuse. Their own messages quote the body, which may hold a password. */
function refusedBody(error: unknown): RefusedBody | null {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499 || typeof type !== 'string') return null;
  if (status === 413) return { status, code: 'too_large', zh: '请求体过大', en: 'The body is too large' };
  if (status === 415)
    return { status, code: 'unsupported_media', zh: '请求体的编码不受支持', en: 'The body is in an encoding that is not taken' };
  return { status: 400, code: 'bad_input', zh: '请求体无法读取', en: 'The body cannot be read' };
}
