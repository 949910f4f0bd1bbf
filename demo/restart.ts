import type { Child } from "../lib/lab/child.ts";
import type { Relay } from "../lib/lab/relay.ts";
import { heading, paragraph, type Row } from "./page.ts";
import { type Player, saysThat, sees } from "./play.ts";
import { AFTERWARDS, MEANWHILE, PEOPLE, type Speech } from "./script.ts";
import type { Stage } from "./stage.ts";
import type { Theatre } from "./theatre.ts";

/** Everything that takes part in {@linkcode restart}. */
export interface Scene {
  readonly alice: Player;
  readonly bobby: Player;
  readonly server: Child;
  /** What both reach the server through. */
  readonly relay: Relay;
}

/**
 * Kills the server, lets Alice say something to nobody, and starts the server
 * again, somewhere else. Returns when everybody has come back by themselves,
 * what was said meanwhile has arrived, and an answer to it.
 */
export async function restart(
  { show, signal }: Theatre,
  stage: Stage,
  { alice, bobby, server, relay }: Scene,
): Promise<{ readonly server: Child; readonly port: number }> {
  show(heading("The server is killed in the middle, and started again"));
  relay.lead(undefined); // nobody else who gets its port shall be taken for it
  await server[Symbol.asyncDispose]();
  show([[{ text: `  server  process ${server.pid} is killed` }]]);
  for (const player of [alice, bobby]) {
    const lost = await sees(player, { event: "connection", state: "lost" }, {
      signal,
    });
    show(remark(player.name, `is told: ${lost["text"]}`));
  }

  show(speechRows(MEANWHILE));
  const { text } = MEANWHILE;
  await alice.process.type(text);
  await sees(alice, { event: "outgoing", state: "sending", text }, { signal });
  show(remark("Alice", "keeps it until there is a server"));

  const again = await stage.listen(server.name);
  relay.lead({ host: "127.0.0.1", port: again.port });
  const { server: { pid }, port } = again;
  show([[{
    text:
      `  server  process ${pid}, 127.0.0.1:${port}, with all that was stored`,
  }]]);
  for (const player of [alice, bobby]) {
    await sees(player, { event: "connection", state: "restored" }, { signal });
    show(remark(player.name, "has come back without being asked"));
  }
  await sees(alice, { event: "outgoing", state: "sent", text }, { signal });
  await sees(bobby, saysThat(MEANWHILE), { signal });
  show(remark("Bobby", "sees what she said"));

  show(speechRows(AFTERWARDS));
  await bobby.process.type(AFTERWARDS.text);
  for (const player of [alice, bobby]) {
    await sees(player, saysThat(AFTERWARDS), { signal });
  }
  return again;
}

function remark(name: string, text: string): Row[] {
  return paragraph({
    spans: [{ text: `  ${name}   ${text}`, dim: true }],
    indent: 10,
  });
}

function speechRows({ name, text }: Speech): Row[] {
  const { hue } = PEOPLE[name];
  return paragraph({
    spans: [{ text: `${name}: `, bold: true, hue }, { text }],
    indent: 2,
  });
}
