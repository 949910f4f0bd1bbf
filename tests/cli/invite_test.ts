import { inviteCommand } from "../../lib/cli/invite.ts";
import { serverLinks } from "../../lib/cli/server_links.ts";
import { sha256Sync } from "../../lib/crypto/sha256_sync.ts";
import { parseFingerprint } from "../../lib/identity/fingerprint.ts";
import { parseTarget } from "../../lib/identity/target.ts";
import { MAX_INVITATIONS } from "../../lib/room/registry.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { Folder } from "../store/support/histories.ts";
import { identity } from "../store/support/registries.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const PIN = parseFingerprint(
  "SHA256:J8hYiB4eiFl4UDZveW1DxvO/qOe5KyHuD6hse1waG+Q",
);

/** A folder in which a server was once. */
function servedFolder(): Folder {
  const folder = new Folder();
  using history = openHistory(folder.path);
  const links = ["10.0.0.7", "2001:db8::7"].flatMap((host) =>
    serverLinks({ host, port: 7000 }, PIN)
  );
  history.saveAddresses(links);
  return folder;
}

/** Runs the command, and returns its lines. */
function invite(
  data: string,
  options: { readonly host?: string; readonly time?: string } = {},
): TestIo {
  const io = new TestIo();
  const { host, time = "24h" } = options;
  void inviteCommand.run(host === undefined ? [] : [host], {
    data,
    for: time,
  }, io);
  return io;
}

Deno.test("chat invite prints links that hold one invitation, on its output only", () => {
  using folder = servedFolder();
  const before = Date.now();
  const io = invite(folder.path);
  const targets = io.stdout.map(parseTarget);
  assertEquals(targets.map(({ host }) => host), ["10.0.0.7", "2001:db8::7"]);
  const [first, second] = targets.map(({ invitation }) => invitation);
  assert(first !== undefined && second !== undefined);
  assertEquals(first, second);
  assertEquals(io.stderr.length, 1);
  assertMatch(
    io.stderr.join(),
    /^Admits one person, who runs `chat connect` and pastes it, until \d{4}-[-\d: ]+ UTC$/,
  );
  const secret = first.toBase64({ alphabet: "base64url", omitPadding: true });
  assert(!io.stderr.join().includes(secret));

  using history = openHistory(folder.path);
  const digest = sha256Sync(first);
  const day = 86_400_000;
  const redeem = (who: number, at: number): boolean =>
    history.redeem({ digest, owner: identity(who), at });
  assert(!redeem(1, Date.now() + day), "it expires");
  assert(redeem(2, before + day - 1));
  assert(!redeem(3, before));
});

Deno.test("chat invite makes another one each time, for HOST if it is told", () => {
  using folder = servedFolder();
  const lines = [1, 2].map(() =>
    invite(folder.path, { host: "chat.example", time: "30d" }).stdout
  );
  assertEquals(lines.map(({ length }) => length), [1, 1]);
  for (const line of lines.flat()) {
    assertMatch(line, /^chat:\/\/chat\.example:7000\/\?pin=.*#invite=/);
  }
  assert(`${lines[0]}` !== `${lines[1]}`);
});

for (const time of ["", "24", "59s", "31d", "1h30m", "-1h", "0d"]) {
  Deno.test(`chat invite refuses --for ${time || "nothing"}`, () => {
    using folder = servedFolder();
    const run = (): unknown => invite(folder.path, { time });
    assertRefuses("CHAT_USAGE", run, "--for");
  });
}

Deno.test("chat invite makes nothing when it cannot print a link", () => {
  using folder = servedFolder();
  const run = (): unknown => invite(folder.path, { host: "no host" });
  assertRefuses("CHAT_ADDRESS_INVALID", run);
  using empty = new Folder();
  assertRefuses("CHAT_FILE", () => invite(empty.path), "does not exist");
  openHistory(empty.path)[Symbol.dispose]();
  assertRefuses("CHAT_USAGE", () => invite(empty.path), "start it once");
  for (const { path } of [folder, empty]) {
    using history = openHistory(path);
    assert(!history.hasInvitations(Date.now()));
  }
});

Deno.test("chat invite says so when too many invitations are open", () => {
  using folder = servedFolder();
  {
    using history = openHistory(folder.path);
    const at = Date.now();
    for (let i = 0; i < MAX_INVITATIONS; i++) {
      const until = at + 3_600_000;
      history.invite({ digest: identity(i), by: "Alice", at, until });
    }
  }
  assertRefuses("CHAT_FULL", () => invite(folder.path));
});
