/** Health: what the server says of itself. */
import { type Static, Type } from 'typebox';
import { problem } from '#kernel/problem.ts';
import { Timestamp } from '#kernel/schema.ts';

const State = Type.Enum(['healthy', 'unhealthy']);

export const Health = Type.Object(
  {
    status: State,
    version: Type.String({ examples: ['1.0.0'] }),
    environment: Type.String({ examples: ['production'] }),
    database: Type.Object({ status: State, kind: Type.String({ examples: ['postgresql'] }) }),
    dependencies: Type.Record(Type.String(), Type.Object({ status: State }), {
      description: 'What else the server was told to use.',
    }),
    timestamp: Timestamp,
  },
  { title: 'Health' },
);
export type Health = Static<typeof Health>;

export const Welcome = Type.Object(
  {
    name: Type.String({ examples: ['Plinth'] }),
    version: Type.String({ examples: ['1.0.0'] }),
    docs: Type.String({ description: 'The address of the documentation.', examples: ['/docs'] }),
    health: Type.String({ description: 'The address of the state.', examples: ['/health'] }),
  },
  { title: 'Welcome' },
);

export const Alive = Type.Object({ status: Type.Literal('alive') }, { title: 'Alive' });
export const Ready = Type.Object({ status: Type.Literal('ready') }, { title: 'Ready' });

export const NotReady = problem(503, 'not_ready', 'The server starts or drains');
