/** The description of the API for programs and people: the document, Swagger UI and ReDoc. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { assetPath, page } from './docs/page.ts';
import { sender } from './docs/sender.ts';
import type { ApiDescription } from './openapi.ts';

const config = { allow: 'public', limited: false } as const;

const installed = (file: string) => dirname(createRequire(import.meta.url).resolve(file));
const swaggerUi = installed('swagger-ui-dist/package.json');
const redoc = installed('redoc/bundles/redoc.standalone.js');
const own = `${import.meta.dirname}/docs`;

/** Every file the pages load, and the folder it lies in; no other file is served. */
const assets = {
  'swagger-ui.css': swaggerUi,
  'swagger-ui-bundle.js': swaggerUi,
  'swagger.js': own,
  'redoc.standalone.js': redoc,
  'redoc.js': own,
  'page.css': own,
};

const types = { '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

/** Serves the document and the pages that show it, which load nothing from other hosts. */
export function docs(app: FastifyInstance, document: ApiDescription) {
  const { title } = document.info;
  const text = (body: string) => async () => Buffer.from(body);
  const json = sender('application/json; charset=utf-8', text(JSON.stringify(document)));
  const swaggerPage = sender(
    'text/html; charset=utf-8',
    text(
      page(`${title} API`, 'swagger', ['swagger-ui.css'], ['swagger-ui-bundle.js', 'swagger.js']),
    ),
  );
  const redocPage = sender(
    'text/html; charset=utf-8',
    text(page(`${title} API reference`, 'redoc', [], ['redoc.standalone.js', 'redoc.js'])),
  );

  app.get('/openapi.json', { config }, json);
  app.get('/api/v1/openapi.json', { config }, json);
  app.get('/docs', { config }, swaggerPage);
  app.get('/redoc', { config }, (request, reply) => {
    allowRedocStyles(reply);
    return redocPage(request, reply);
  });

  for (const [file, folder] of Object.entries(assets)) {
    const type = types[extname(file) as keyof typeof types];
    app.get(
      assetPath(file),
      { config },
      sender(type, () => readFile(join(folder, file))),
    );
  }
}

/**
 * ReDoc's styled-components make empty style elements and fill them through the CSSOM, which no
 * policy forbids; the elements themselves count as inline styles, and so does the one sheet that
 * comes with ReDoc's scroll bars. Their texts are named by their SHA-256: nothing, and that sheet.
 */
const redocStyles =
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' " +
  "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='";

/** Lets these two styles through the strict policy, on this page only, and none that was injected. */
function allowRedocStyles(reply: FastifyReply) {
  const policy = reply.getHeader('content-security-policy');
  if (typeof policy !== 'string') return;
  const allowing = policy.replace("style-src 'self';", `style-src 'self' ${redocStyles};`);
  reply.header('content-security-policy', allowing);
}
