/** The fuzz of one operation: who it is for, its requests one after the other, and the judgement on each. */
import fc from 'fast-check';
import type { Answer, Harness } from '#test/harness.ts';
import type { Operation } from './document.ts';
import type { judgeBy } from './judge.ts';
import { namesOf, plainRequest } from './names.ts';
import { type Asker, type Request, requestsFor } from './requests.ts';
import { curlOf, type Sent, write } from './send.ts';
import { stager } from './stage.ts';

const usualAskers: readonly Asker[] = ['person', 'superuser', 'nobody', 'colleague', 'device'];

const runs = 100;
const dearRuns = 40;

/** Where passwords are hashed, or an answer waits so that the time it took says nothing. */
const isDear = ({ body, path }: Operation) =>
  [path, ...Object.keys(body?.schema.properties ?? {})].some((name) =>
    /password|verif(y|ication)|confirm-email/i.test(name),
  );

/** @returns what opens the fuzz of an operation */
export async function fuzzer(
  server: Harness,
  operations: readonly Operation[],
  judge: ReturnType<typeof judgeBy>,
) {
  const stageFor = await stager(server, operations);

  return async (operation: Operation, wanted: number) => {
    const dear = isDear(operation);
    let usual: Asker = 'nobody';
    let stage = stageFor(operation, usual);
    let successes = 0;

    async function answered(request: Request) {
      const as = request.as === 'usual' ? usual : request.as;
      const shown = await stage.credentials(as);
      const filled = await stage.fill(request);
      const headers = { ...shown, ...filled.headers };
      const sent = write(operation, { ...filled, headers });
      const answer = await stage.post(sent);
      const isSuccess = answer.status < 300;
      if (isSuccess) successes++;
      // What is used up, ended or held back is made anew.
      const isWorn = isSuccess && operation.method !== 'GET' && answer.status !== 201;
      if (isWorn || [401, 429].includes(answer.status)) stage = stageFor(operation, usual);
      return { sent, answer };
    }

    async function judged(request: Request) {
      const { sent, answer } = await answered(request);
      const wrong = judge(operation, answer);
      if (wrong) throw new Error(telling(wrong, sent, answer));
      return { sent, answer };
    }

    /** Finds who gets it to succeed, by the plainest request there is. */
    async function plain(): Promise<void> {
      const refusals: string[] = [];
      for (usual of usualAskers) {
        stage = stageFor(operation, usual);
        const { sent, answer } = await judged(plainRequest(operation));
        if (answer.status < 300) return;
        refusals.push(telling('it is refused', sent, answer));
      }
      throw new Error(`nobody gets it to succeed\n${refusals.join('\n')}`);
    }

    const requests = requestsFor(operation, namesOf(operation), dear);
    const property = fc.asyncProperty(requests, async (request) => void (await judged(request)));

    const numRuns = wanted || (dear ? dearRuns : runs);
    return { plain, property, numRuns, successes: () => successes };
  };
}

function telling(wrong: string, sent: Sent, { status, body }: Answer) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `${wrong}: ${status} ${text.slice(0, 1000)}\n${curlOf(sent).slice(0, 4000)}`;
}
