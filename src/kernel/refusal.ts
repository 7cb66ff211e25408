/** A refusal to go on: something outside the program must change, and one sentence says what. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
