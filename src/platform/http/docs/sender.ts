/** Sends what never changes while the process lives: packed once, and not again to who has it. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAmong } from '../conditions.ts';

/** Packed well, since it is done once; the best level takes seconds and saves little more. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const packers: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) => promisify(brotliCompress)(body, quality),
  gzip: promisify<Buffer, Buffer>(gzip),
  identity: async (body) => body,
};
const encodings = Object.keys(packers);

type Packed = { readonly body: Buffer; readonly etag: string };

/**
 * A handler for one text, with a strong validator for each encoding (RFC 9110, 8.8.3), asked for each
 * time. Nothing is read or packed before somebody wants it.
 */
export function sender(type: string, read: () => Promise<Buffer>) {
  const kept = new Map<string, Promise<Packed>>();

  async function pack(encoding: string): Promise<Packed> {
    const body = (await packers[encoding]?.(await read())) as Buffer;
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  }

  return async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    const accepted = headers['accept-encoding'];
    const encoding = (accepted && negotiate(String(accepted), encodings)) || 'identity';
    const packed = kept.get(encoding) ?? pack(encoding);
    kept.set(encoding, packed);
    const { body, etag } = await packed;
    reply.headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
    const known = headers['if-none-match'];
    if (known !== undefined && isAmong(known, etag)) return reply.code(304).send();
    if (encoding !== 'identity') reply.header('content-encoding', encoding);
    return reply.type(type).send(body);
  };
}
