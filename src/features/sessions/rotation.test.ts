/** Rotation as a state machine: whatever is done in whatever order, the model foretells the answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness } from '#test/harness.ts';

const { call, signIn, pool } = await harness();

type Model = { generation: number; lately: boolean; alive: boolean };
type Real = { tokens: string[]; session_id: string; access: string };
type Step = fc.AsyncCommand<Model, Real>;

/** What a token of generation `used` is answered, and what becomes of the session. */
function foretell(model: Model, used: number): number | string {
  if (!model.alive) return 'session_ended';
  if (used === model.generation) {
    model.generation++;
    model.lately = true;
    return model.generation;
  }
  if (used === model.generation - 1 && model.lately) return model.generation;
  model.alive = false;
  return 'refresh_token_reused';
}

class Refresh implements Step {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check = (model: Model) => this.back <= model.generation;
  toString = () => `refresh(${this.back} back)`;
  async run(model: Model, real: Real) {
    const used = model.generation - this.back;
    const expected = foretell(model, used);
    const refresh_token = real.tokens[used];
    const { status, body } = await call(undefined, 'POST /api/v1/auth/refresh', { refresh_token });
    if (typeof expected === 'string') {
      assert.deepEqual([status, body.code], [401, expected]);
      return;
    }
    assert.equal(status, 200, JSON.stringify(body));
    real.tokens[expected] ??= body.refresh_token;
    assert.equal(body.refresh_token, real.tokens[expected]);
    real.access = body.access_token;
  }
}

class Minute implements Step {
  check = () => true;
  toString = () => 'a minute passes';
  async run(model: Model, { session_id }: Real) {
    model.lately = false;
    await pool.query(
      `update plinth.sessions set refreshed_at = refreshed_at - interval '61 seconds' where id = $1`,
      [session_id],
    );
  }
}

class Ask implements Step {
  check = () => true;
  toString = () => 'ask who I am';
  async run({ alive }: Model, { access }: Real) {
    const headers = { authorization: `Bearer ${access}` };
    const { status } = await call(undefined, 'GET /api/v1/users/me', undefined, { headers });
    assert.equal(status, alive ? 200 : 401);
  }
}

class Logout implements Step {
  check = ({ alive }: Model) => alive;
  toString = () => 'log out';
  async run(model: Model, { access }: Real) {
    const headers = { authorization: `Bearer ${access}` };
    const { status } = await call(undefined, 'POST /api/v1/auth/logout', undefined, { headers });
    assert.equal(status, 200);
    model.alive = false;
  }
}

test('every order of refreshing, retrying, waiting and leaving goes as the model says', async () => {
  const steps = [
    fc.integer({ min: 0, max: 2 }).map((back) => new Refresh(back)),
    fc.constant(new Refresh(0)),
    fc.constant(new Minute()),
    fc.constant(new Ask()),
    fc.constant(new Logout()),
  ];
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 15 }), async (commands) => {
      const { token, refresh_token, session_id } = await signIn('ada');
      const real = { tokens: [refresh_token], session_id, access: token };
      const model = { generation: 0, lately: true, alive: true };
      await fc.asyncModelRun(() => ({ model, real }), commands);
    }),
    { numRuns: 60 },
  );
});
