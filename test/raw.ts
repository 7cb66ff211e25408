/** Bytes on a socket of the server of a test, and what it says to them. */
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Has the server listen. @returns what sends bytes on a connection and tells all that is said until it ends */
export async function rawOn(app: FastifyInstance): Promise<(bytes: string) => Promise<string>> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };

  return (bytes) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => {
      said += data;
    });
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
    return promise;
  };
}
