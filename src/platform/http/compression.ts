/** Lists are packed for who takes it: they are long, and much the same from row to row. */
import { constants } from 'node:zlib';
import compress, { type FastifyCompressOptions } from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Below this a packed answer needs as many packets as a plain one. */
const threshold = 1_400;

/** Half the time of the next levels, for a tenth more bytes. */
const level = 1;
/** Up to here packing takes less time than handing it to another thread. */
const syncThreshold = 131_072;

const packing: FastifyCompressOptions = {
  threshold,
  syncThreshold,
  encodings: ['br', 'gzip'],
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: level } },
  zlibOptions: { level },
};

/**
 * Packs the pages of lists, and nothing else. What holds a credential is never packed with what others
 * put beside it, since its length would tell of it (BREACH); a single resource has a strong `ETag`, which
 * may not be that of two encodings (RFC 9110, section 8.8.3). Neither is in a list.
 */
export async function compression(app: FastifyInstance) {
  app.addHook('onRoute', (route) => {
    route.compress = isList(route.schema?.response) ? packing : false;
  });
  await app.register(compress, { ...packing, globalDecompression: false });
  app.addHook('onRoute', ({ method, compress, onSend }) => {
    // HEAD is to say how long the packed answer is, so it is packed before it is dropped.
    if (method !== 'HEAD' || !compress || !Array.isArray(onSend)) return;
    onSend.unshift(...onSend.splice(-1));
  });
}

type Shape = { readonly properties?: { readonly data?: { readonly type?: string } } };

const isList = (response: unknown): boolean =>
  (response as { readonly 200?: Shape } | undefined)?.[200]?.properties?.data?.type === 'array';
