/**
 * Runs the model of docs/formal/ through ProVerif, which must be on the PATH:
 * every claim must hold, and fall in the variant that lacks what it needs.
 *
 *     deno run --allow-read --allow-write --allow-run=proverif tools/formal.ts
 */
import { CLAIMS, VARIANTS, verdictOn, weaken } from "./docs/formal_claims.ts";

const folder = new URL("../docs/formal/", import.meta.url);
const model = await Deno.readTextFile(new URL("chat1.pvl", folder));
const scratch = await Deno.makeTempDir();
let failures = 0;

try {
  for (const [file, claims] of Object.entries(CLAIMS)) {
    const output = await prove(model, file);
    for (const { query, holds } of claims) {
      report(`${file} ${query}`, holds, verdictOn(query, output));
    }
  }
  for (const variant of VARIANTS) {
    const output = await prove(weaken(model, variant), variant.file);
    report(`when ${variant.name}`, false, verdictOn(variant.query, output));
  }
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  say("proverif is not on the PATH: nothing was proved");
  failures += 1;
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(failures === 0 ? 0 : 1);

async function prove(library: string, file: string): Promise<string> {
  const path = `${scratch}/chat1.pvl`;
  await Deno.writeTextFile(path, library);
  const claim = new URL(file, folder).pathname;
  const args = ["-lib", path, claim];
  const { stdout } = await new Deno.Command("proverif", { args }).output();
  return new TextDecoder().decode(stdout);
}

function report(what: string, holds: boolean, verdict?: string): void {
  const good = verdict !== undefined && (verdict === "true") === holds;
  if (!good) failures += 1;
  say(`${good ? "ok" : "WRONG"}  ${what}: ${verdict ?? "no result"}`);
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
