import { Database } from "../../lib/store/database.ts";
import { DEVICE_SCHEMA } from "../../lib/store/device_schema.ts";
import { migrate, schemaVersion } from "../../lib/store/schema.ts";
import { assertEquals } from "../support/assert.ts";
import {
  contentOf,
  LOG,
  message,
  openSoundState,
} from "./support/device_states.ts";
import { Folder, START } from "./support/histories.ts";
import { makeVersion, schemaOf } from "./support/versions.ts";

for (const [i] of DEVICE_SCHEMA.migrations.entries()) {
  const version = i + 1;
  const name = `device_${version}`;

  Deno.test(`migrate() makes the schema of versions/${name}.sql`, () => {
    using folder = new Folder();
    const [made, kept] = [`${folder.path}/made`, `${folder.path}/kept`];
    {
      Deno.writeTextFileSync(made, "");
      using db = new Database(made);
      const migrations = DEVICE_SCHEMA.migrations.slice(0, version);
      migrate(db, { ...DEVICE_SCHEMA, migrations });
      assertEquals(schemaVersion(db, DEVICE_SCHEMA), version);
    }
    makeVersion(name, kept);
    assertEquals(schemaOf(made), schemaOf(kept));
  });

  Deno.test(`openDeviceState() reads and goes on with a file of version ${version}`, () => {
    using folder = new Folder();
    makeVersion(name, `${folder.path}/slot-0.db`);
    using state = openSoundState(folder.path);
    assertEquals(state.device, new Uint8Array(16).fill(1));
    const act = { kind: "act", room: 3, text: "waves" } as const;
    const hides = version >= 2;
    assertEquals(contentOf(state), {
      logId: LOG,
      lastNumber: hides ? 13 : 12,
      outbox: [
        message(11),
        message(12, { ...act, failed: "muted" }),
        ...hides
          ? [message(13, { room: 4, text: "AAECAw", hidden: true })]
          : [],
      ],
      positions: [{ room: 0, seq: 9, at: START + 9_000 }],
    });
    state.keep(message(14, { hidden: true }));
  });
}
