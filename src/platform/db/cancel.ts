/** Cancelling what a connection runs (PostgreSQL's cancel request), by a connection of its own. */
import pg from 'pg';

/** A server that takes longer to hear it has trouble of its own. */
const patienceMs = 2_000;

/** What `pg` keeps of a connection to be cancelled by; its types leave it out. */
type Cancellable = pg.ClientBase & {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly sslNegotiation: 'postgres' | 'direct';
  readonly processID: number | null;
  readonly secretKey: number | Buffer | null;
};

type Line = pg.Connection & {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: unknown): void;
};

/**
 * Asks the server to cancel what runs on a connection. The server closes its end once the process was
 * told, and a pooler once it passed it on: whatever is sent on the connection after that is safe.
 *
 * @returns whether it was heard; if not, it may still come, and the connection is for nobody else
 */
export function cancel(connection: pg.ClientBase): Promise<boolean> {
  const { host, port, ssl, sslNegotiation, processID, secretKey } = connection as Cancellable;
  if (processID === null) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const line = new pg.Connection({ ssl, sslNegotiation } as pg.ConnectionConfig) as Line;
  let told = false;
  const tell = () => {
    told = true;
    line.cancel(processID, secretKey);
  };
  const end = (heard: boolean) => {
    clearTimeout(timer);
    line.stream.destroy();
    resolve(heard);
  };
  const timer = setTimeout(end, patienceMs, false);
  if (!ssl) line.on('connect', tell);
  else if (sslNegotiation !== 'direct') line.on('connect', () => line.requestSsl());
  line.on('sslconnect', tell);
  line.on('error', () => end(false));
  line.on('end', () => end(told));
  if (host.startsWith('/')) line.connect(`${host}/.s.PGSQL.${port}`);
  else line.connect(port, host);
  return promise;
}
