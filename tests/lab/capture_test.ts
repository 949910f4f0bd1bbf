import { Child } from "../../lib/lab/child.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { soon, temporaryHome } from "../support/program.ts";
import { readPcapng } from "./pcapng_reader.ts";

/** Runs `chat lab eavesdropper --pcap`, with these programs at hand. */
async function capture(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  await using lab = new Child(Deno.execPath(), [
    "run",
    "--quiet",
    "--permission-set=chat",
    "--allow-run",
    "mod.ts",
    "lab",
    "eavesdropper",
    "--short",
    `--pcap=${folder}`,
  ], { name: "chat lab", cwd: `${import.meta.dirname}/../..`, env });
  await lab.endInput();
  assertEquals(await lab.exit(soon()), 0, lab.stderr.lines.join("\n"));
  return lab.stderr.lines.join("\n");
}

Deno.test("chat lab --pcap writes what the relay recorded where nothing can be captured, and says so", async () => {
  await using home = await temporaryHome();
  const folder = `${home.path}/packets`;
  const said = await capture(folder, { PATH: home.path });
  assertStringIncludes(said, "eavesdropper.pcapng, written from recordings");
  const path = `${folder}/eavesdropper.pcapng`;
  const text = readPcapng(await Deno.readFile(path))
    .map(({ data }) => new TextDecoder().decode(data));
  assert(text.includes("alice"), "the plain room");
  assert(text.some((each) => each.slice(7, 11) === "chat"), "a ClientHello");
  if (Deno.build.os !== "windows") {
    assertEquals((await Deno.stat(path)).mode, 0o100600);
    assertEquals((await Deno.stat(folder)).mode, 0o040700);
  }
});
