import { keyLogOptions, openKeyLog } from "../../lib/cli/key_log_file.ts";
import { ChatError } from "../../lib/errors.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../support/assert.ts";
import { TestIo } from "../support/test_io.ts";

function io(path?: string): TestIo {
  return new TestIo(path === undefined ? {} : { env: { CHAT_KEYLOG: path } });
}

function codeOf(run: () => unknown): string {
  return assertThrows(run, ChatError).code;
}

Deno.test("openKeyLog() does nothing unless it is asked for", () => {
  assertEquals(openKeyLog(false, io()), undefined);
  assertEquals(openKeyLog(false, io("")), undefined);
});

Deno.test("openKeyLog() wants the option and the variable", () => {
  const path = `${Deno.makeTempDirSync()}/keys`;
  assertEquals(codeOf(() => openKeyLog(false, io(path))), "CHAT_USAGE");
  assertEquals(codeOf(() => openKeyLog(true, io())), "CHAT_USAGE");
  assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
});

Deno.test("openKeyLog() warns, and writes to a file of ours alone", () => {
  const path = `${Deno.makeTempDirSync()}/keys`;
  for (const line of ["one", "two"]) { // adds to what is there
    const told = io(path);
    using log = openKeyLog(true, told);
    assertStringIncludes(told.stderr.join(), "WARNING: the keys");
    log?.keyLog(line);
  }
  assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
  if (Deno.build.os !== "windows") {
    assertEquals(Deno.statSync(path).mode, 0o100600);
  }
});

Deno.test({
  name: "openKeyLog() refuses a file that others may read, and what is no file",
  ignore: Deno.build.os === "windows",
  fn(): void {
    const folder = Deno.makeTempDirSync();
    const path = `${folder}/keys`;
    Deno.writeTextFileSync(path, "", { mode: 0o644 });
    Deno.chmodSync(path, 0o640);
    assertEquals(codeOf(() => openKeyLog(true, io(path))), "CHAT_FILE");
    assertEquals(codeOf(() => openKeyLog(true, io(folder))), "CHAT_FILE");
    assertEquals(Deno.readTextFileSync(path), "");
  },
});

Deno.test("the option for a key log cannot be given unawares", () => {
  assert(Object.keys(keyLogOptions)[0]?.includes("breaks-encryption"));
});
