/** The measure of a sign-in: `node:http` and one argon2id hash for each request, and nothing else. */
import { createServer } from 'node:http';
import { hashPassword, verifyPassword } from '#platform/crypto/password.ts';

const password = 'correct horse battery 9';
const stored = await hashPassword(password);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', async () => {
    if (request.method === 'POST') await verifyPassword(stored, password);
    response.writeHead(200, { 'content-length': 0 }).end();
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
