/** Routes as data: how what they answer is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { answers } from './answers.ts';
import { contracts } from './contract.ts';
import { mount } from './mount.ts';

const Letter = Type.Object({ subject: Type.String(), html: Type.String() }, { title: 'Letter' });
const letter = { subject: 'Ink', html: '<p>Buy ink</p>' };
const told = { allow: 'public', summary: 'A letter', answer: Letter, run: () => letter } as const;

const letters = feature({
  name: 'letters',
  description: 'Letters.',
  routes: {
    named: api.get('/named', { ...told, headers: ({ subject }) => ({ subject }) }),
    page: api.get('/page', { ...told, status: 201, html: ({ html }) => html }),
    plain: api.get('/plain', told),
  },
});

const app = fastify();
answers(app);
mount(app, letters, {
  contractOf: contracts([letters]),
  replay: (request, work) => work(request.db),
  isMatchRequired: false,
});

test('headers are made of the answer', async () => {
  const { headers, ...response } = await app.inject('/api/v1/named');
  assert.deepEqual([headers.subject, response.json()], ['Ink', letter]);
  assert.equal((await app.inject('/api/v1/plain')).headers.subject, undefined);
});

test('a page is the HTML of the answer, and not JSON', async () => {
  const { statusCode, headers, body } = await app.inject('/api/v1/page');
  assert.deepEqual(
    [statusCode, headers['content-type'], body],
    [201, 'text/html; charset=utf-8', letter.html],
  );
});
