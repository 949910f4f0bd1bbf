import { dataDirectory, openData } from "../../lib/cli/data_options.ts";
import { ChatError } from "../../lib/errors.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

const MIB = 1024 * 1024;
const nothing = {
  data: undefined,
  "no-history": false,
  history: 50,
  retention: undefined,
  quota: undefined,
};

Deno.test("dataDirectory() is a folder of the state directory unless another is named", () => {
  const io = new TestIo({ env: { XDG_STATE_HOME: "/state" } });
  assertEquals(dataDirectory(io, undefined), "/state/chat/server");
  assertEquals(dataDirectory(io, "here"), "here");
});

Deno.test("openData() makes the folder for this user only, and keeps everything", async () => {
  await using folder = await temporaryFolder();
  const io = new TestIo({ env: { XDG_STATE_HOME: folder.path } });
  using data = openData(nothing, io);
  assertEquals(data.retention, {});
  assertEquals(data.newcomerLines, 50);
  assert(!(data.history instanceof MemoryHistory));
  const { mode } = Deno.statSync(`${folder.path}/chat/server`);
  assertEquals((mode ?? 0) & 0o777, 0o700);
});

Deno.test("openData() turns days into a retention, and MiB into what the file may take", async () => {
  await using folder = await temporaryFolder();
  const choice = { ...nothing, data: folder.path, retention: 2, quota: 4 };
  using data = openData(choice, new TestIo());
  assertEquals(data.retention, { maxAgeMs: 172_800_000 });
  const payload = new Uint8Array(60_000);
  const error = assertThrows(() => {
    for (let seq = 1; seq < 100; seq++) {
      data.history.append([{ room: 0, seq, at: 0, payload }]);
    }
  }, ChatError);
  assertEquals(error.code, "CHAT_STORE_FULL");
});

Deno.test("openData() keeps a bounded amount in memory with --no-history", () => {
  const choice = { ...nothing, "no-history": true, retention: 1 };
  using data = openData(choice, new TestIo());
  assert(data.history instanceof MemoryHistory);
  assertEquals(data.retention, { maxAgeMs: 86_400_000, maxBytes: 64 * MIB });
  using other = openData({ ...choice, quota: 5 }, new TestIo());
  assertEquals(other.retention.maxBytes, 5 * MIB);
});

Deno.test("openData() refuses --data together with --no-history", () => {
  const choice = { ...nothing, "no-history": true, data: "here" };
  const error = assertThrows(() => openData(choice, new TestIo()), ChatError);
  assertEquals(error.code, "CHAT_USAGE");
});

Deno.test("openData() refuses a folder that other users may change", async () => {
  await using folder = await temporaryFolder();
  Deno.chmodSync(folder.path, 0o777);
  const choice = { ...nothing, data: folder.path };
  const error = assertThrows(() => openData(choice, new TestIo()), ChatError);
  assertEquals(error.code, "CHAT_FILE");
  Deno.chmodSync(folder.path, 0o755); // to read is enough for nobody: files are 0600
  openData(choice, new TestIo())[Symbol.dispose]();
});
