import {
  canRedraw,
  capabilitiesOf,
} from "../../../lib/ui/terminal/capabilities.ts";
import { assert, assertEquals } from "../../support/assert.ts";

Deno.test("capabilitiesOf() tells the colours there are", () => {
  const colours = (env: Parameters<typeof capabilitiesOf>[0]): number => (
    capabilitiesOf(env).colours
  );
  assertEquals(colours({ TERM: "xterm" }), 16);
  assertEquals(colours({ TERM: "xterm-256color" }), 256);
  assertEquals(colours({ TERM: "xterm", COLORTERM: "truecolor" }), 256);
  assertEquals(colours({ TERM: "xterm-256color", NO_COLOR: "1" }), 0);
  assertEquals(colours({ TERM: "xterm-256color", NO_COLOR: "" }), 256);
});

Deno.test("capabilitiesOf() tells what becomes of rows on a narrower screen", () => {
  const reflow = (env: Parameters<typeof capabilitiesOf>[0]): string => (
    capabilitiesOf(env).reflow
  );
  assertEquals(reflow({ TERM: "xterm-256color" }), "all");
  assertEquals(reflow({ TERM: "linux" }), "none");
  assertEquals(reflow({ TERM: "xterm", XTERM_VERSION: "XTerm(390)" }), "none");
  assertEquals(reflow({ TERM: "screen", STY: "1.pts" }), "none");
  assertEquals(reflow({ TERM: "xterm", TERM_PROGRAM: "vscode" }), "xterm_js");
  const inTmux = { TMUX: "/tmp/tmux", XTERM_VERSION: "XTerm(390)" };
  assertEquals(reflow({ TERM: "tmux", ...inTmux }), "all");
});

Deno.test("canRedraw() declines terminals that cannot", () => {
  assert(canRedraw({ TERM: "xterm" }));
  assert(!canRedraw({ TERM: "dumb" }));
  assert(!canRedraw({}));
});
