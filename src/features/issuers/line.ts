/** Asking another server: never for long, never for much, and not at all while it does not answer. */
import {
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { Unavailable } from '#kernel/problem.ts';
import type { IssuerState } from './model.ts';

/** Many times what a set of keys takes. */
const maxBytes = 65_536;
/** So many failures in a row, and nobody asks for a while. */
const failures = 3;
const pauseMs = 10_000;
/** At once, and waiting for those: strangers' guesses must not become a flood at the other end. */
const atOnce = 16;
const waiting = 48;

/** What it answered; undefined where that was no JSON. */
export type Answered = { readonly status: number; readonly body: unknown };

const states: Readonly<Record<CircuitState, IssuerState['circuit']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

export type Line = {
  /**
   * @param read makes of the answer what was asked for; what it throws is a failure of the server
   * @throws Unavailable with `Retry-After`: at once after several failures, else within the timeout,
   *   or a few of them where many ask
   */
  ask<Result>(request: RequestInit, read: (answer: Answered) => Result): Promise<Result>;
  /** Whether it answered the last time, null where nobody asked yet, and whether it is asked now. */
  state(): Pick<IssuerState, 'reachable' | 'circuit'>;
};

/**
 * Opens a line to one address. Connects to nothing yet.
 *
 * @param timeoutMs for the whole answer
 */
export function openLine(url: string, timeoutMs: number): Line {
  const circuit = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  const policy = wrap(
    bulkhead(atOnce, waiting),
    circuit,
    timeout(timeoutMs, TimeoutStrategy.Aggressive),
  );
  let reachable: boolean | null = null;
  circuit.onSuccess(() => {
    reachable = true;
  });
  circuit.onFailure(() => {
    reachable = false;
  });

  return {
    async ask(request, read) {
      try {
        return await policy.execute(async ({ signal }) => {
          // A redirect would take the question, and a key in it, to somebody whom nobody named.
          const response = await fetch(url, { ...request, redirect: 'error', signal });
          return read({ status: response.status, body: await bodyOf(response) });
        });
      } catch (cause) {
        throw Unavailable('Who could tell who you are does not answer right now', {
          cause,
          headers: { 'retry-after': String(pauseMs / 1000) },
        });
      }
    },
    state: () => ({ reachable, circuit: states[circuit.state] }),
  };
}

/** @throws once it is too much, however much more there is */
async function bodyOf({ body }: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) throw new Error(`an answer of more than ${maxBytes} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return undefined;
  }
}
