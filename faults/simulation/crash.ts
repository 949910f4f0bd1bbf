/** Thrown to leave a program that has just ended, in the middle of something. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** Runs something in which a program may end. */
export function survive(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}
