/**
 * Writes the parts of the documentation that follow from the code: all of
 * docs/errors.md, tests/vectors/session.json, and the blocks of
 * docs/protocol.md that hold the example session and the schema.
 *
 *     deno task docs
 */
import { errorsDoc } from "./docs/errors_doc.ts";
import { exampleSession, SESSION_VECTORS } from "./docs/example_session.ts";
import { protocolDoc } from "./docs/protocol_doc.ts";

const docs = new URL("../docs/", import.meta.url);
const protocol = new URL("protocol.md", docs);

Deno.writeTextFileSync(new URL("errors.md", docs), errorsDoc());

const session = await exampleSession(
  JSON.parse(Deno.readTextFileSync(SESSION_VECTORS)),
);
Deno.writeTextFileSync(
  SESSION_VECTORS,
  JSON.stringify(session, null, 2) + "\n",
);

Deno.writeTextFileSync(
  protocol,
  protocolDoc(Deno.readTextFileSync(protocol), {
    session,
    cddl: Deno.readTextFileSync(new URL("application.cddl", docs)),
  }),
);
