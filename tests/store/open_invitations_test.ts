import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { openInvitations } from "../../lib/store/open_invitations.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { assertSound, raw } from "./support/database.ts";
import { entries, Folder, START } from "./support/histories.ts";
import { identity } from "./support/registries.ts";

const INVITATION = {
  digest: identity(7),
  by: "Alice",
  at: START,
  until: START + 1,
};
const REDEMPTION = {
  digest: INVITATION.digest,
  owner: identity(1),
  at: START,
};

Deno.test("openInvitations() invites beside a server, which finds it at once", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  assert(!history.hasInvitations(START));
  {
    using inviter = openInvitations(folder.path);
    inviter.invite(INVITATION);
    assert(history.hasInvitations(START));
    history.append(entries(1, 5));
  }
  assert(history.redeem(REDEMPTION));
  history.append(entries(6, 9));
  history[Symbol.dispose]();
  assertSound(`${folder.path}/history.db`);
});

Deno.test("openInvitations() invites while no server runs, and tells where it was", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.saveAddresses(["chat://a", "chat://b"]);
  }
  {
    using inviter = openInvitations(folder.path);
    assertEquals(inviter.addresses(), ["chat://a", "chat://b"]);
    inviter.invite(INVITATION);
  }
  using history = openHistory(folder.path);
  assert(history.redeem(REDEMPTION));
});

Deno.test("openInvitations() refuses what is not there, and makes nothing", () => {
  using folder = new Folder();
  const open = (): Disposable => openInvitations(folder.path);
  assertRefuses("CHAT_FILE", open, "does not exist");
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

for (const version of [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1]) {
  Deno.test(`openInvitations() refuses a file of version ${version}`, () => {
    using folder = new Folder();
    openHistory(folder.path)[Symbol.dispose]();
    {
      using db = raw(`${folder.path}/history.db`);
      db.exec(`PRAGMA user_version = ${version}`);
    }
    const open = (): Disposable => openInvitations(folder.path);
    assertRefuses("CHAT_STORE_UNKNOWN", open, `${version}`);
  });
}
