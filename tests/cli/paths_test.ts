import { configDir, stateDir } from "../../lib/cli/paths.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const table: [env: Record<string, string>, config: string, state: string][] = [
  [{ HOME: "/h" }, "/h/.config/chat", "/h/.local/state/chat"],
  [
    { HOME: "/h", XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" },
    "/c/chat",
    "/s/chat",
  ],
  [{ XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" }, "/c/chat", "/s/chat"],
  [
    { HOME: "/h", XDG_CONFIG_HOME: "relative", XDG_STATE_HOME: "" },
    "/h/.config/chat",
    "/h/.local/state/chat",
  ],
  [{ USERPROFILE: "C:\\u" }, "C:\\u/.config/chat", "C:\\u/.local/state/chat"],
];
for (const [env, config, state] of table) {
  Deno.test(`configDir() and stateDir() with ${JSON.stringify(env)}`, () => {
    const io = new TestIo({ env });
    assertEquals([configDir(io), stateDir(io)], [config, state]);
  });
}

for (const env of [{}, { HOME: "" }, { XDG_CONFIG_HOME: "relative" }]) {
  Deno.test(`configDir() refuses to guess with ${JSON.stringify(env)}`, () => {
    assertRefuses("CHAT_FILE", () => configDir(new TestIo({ env })), "HOME");
  });
}
