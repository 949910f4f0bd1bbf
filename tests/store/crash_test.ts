import { openHistory } from "../../lib/store/open_history.ts";
import { Appender, checkLeft } from "./support/appender.ts";
import { assertSound } from "./support/database.ts";
import { Folder } from "./support/histories.ts";
import { randomNumbers } from "./support/random.ts";

const ROUNDS = 10;

Deno.test("SqliteHistory has all that it acknowledged after kill -9", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const random = randomNumbers(seed);
  using folder = new Folder();
  for (let round = 1; round <= ROUNDS; round++) {
    try {
      const appender = new Appender(folder.path, seed + round);
      {
        await using _ = appender;
        await appender.acknowledged(1 + random(60));
      }
      using history = openHistory(folder.path);
      checkLeft(history, appender.reach);
      history[Symbol.dispose]();
      assertSound(`${folder.path}/history.db`);
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}`, { cause: error });
    }
  }
});
