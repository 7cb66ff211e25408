/** Logs: one JSON line a thing that happened, or the same made readable. */
import pino, { type DestinationStream, type Logger } from 'pino';

export type LogSettings = {
  readonly LOG_LEVEL: string;
  readonly LOG_FORMAT_JSON?: boolean | undefined;
  readonly ENVIRONMENT: string;
};

/** Lines are written some at a time, and never later than this; each write costs a thread's waking. */
const batches = { minLength: 16_000, periodicFlush: 250 };

/** Keys whose values never reach a line. */
const secretKeys = ['password', 'token', 'secret', 'authorization', 'cookie', 'key'];
/** One level deep too. */
const secrets = secretKeys.flatMap((key) => [key, `*.${key}`]);
const secretEnding = new RegExp(`(${secretKeys.join('|')})$`, 'i');
/** Whether what stands under a key is a secret by its name, such as `access_token` or `apiKey`. */
export const isSecret = (key: string): boolean => secretEnding.test(key);
export const redacted = '[redacted]';

/**
 * What a line says of an error. Errors of the database carry the row in `detail`, password hashes
 * among them, so only named fields pass.
 */
export function errorLine(error: unknown): object {
  try {
    return lineOf(error, mostCauses);
  } catch {
    return { message: 'What was thrown cannot be read' }; // a getter of it throws, for one
  }
}

/** An error may be its own cause. */
const mostCauses = 5;

function lineOf(error: unknown, causes: number): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint, table } = error as {
    code?: unknown;
    constraint?: unknown;
    table?: unknown;
  };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    code,
    constraint,
    table,
    ...(error.cause !== undefined && causes > 0 && { cause: lineOf(error.cause, causes - 1) }),
  };
}

/** A logger on standard output; `destination` replaces it. */
export function openLog(settings: LogSettings, destination?: DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level: settings.LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secrets, censor: redacted },
    serializers: {
      err: errorLine,
      // Fastify's own lines hold whole requests and replies, headers and all.
      req: ({ id }: { id?: string }) => ({ id }),
      res: ({ statusCode }: { statusCode?: number }) => ({ status: statusCode }),
    },
  };
  if (destination) return pino(options, destination);
  const json = settings.LOG_FORMAT_JSON ?? settings.ENVIRONMENT !== 'development';
  if (json) return pino(options, pino.destination({ dest: 1, sync: false, ...batches }));
  return pino({
    ...options,
    formatters: {}, // the pretty printer reads numbers
    transport: {
      target: 'pino-pretty',
      options: { translateTime: 'SYS:HH:MM:ss.l', singleLine: true },
    },
  });
}
