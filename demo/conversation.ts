import { utf8 } from "../lib/bytes.ts";
import { type SeenFrame, splitFrames } from "../lib/lab/frames.ts";
import type { Recording } from "../lib/lab/recording.ts";
import type { Relay } from "../lib/lab/relay.ts";
import type { Cast } from "./cast.ts";
import { heading, type Row, type Seen, sideBySide, sizeTable } from "./page.ts";
import {
  enters,
  type Exchange,
  type Heard,
  heardBy,
  type Player,
  say,
  seesEntering,
} from "./play.ts";
import { restart } from "./restart.ts";
import { type Name, PEOPLE, SPEECHES, TITLE } from "./script.ts";
import type { Stage } from "./stage.ts";
import type { Theatre } from "./theatre.ts";

/** Rows of a long message that are shown. */
const MAX_TEXT_ROWS = 4;

/** What the relay sees of the handshake, in the order of it. */
const HANDSHAKE = [
  { way: "up", name: "ClientHello, in clear" },
  { way: "down", name: "ServerHello, in clear" },
  { way: "down", name: "who the server is, sealed" },
  { way: "up", name: "who the client is, sealed" },
  { way: "down", name: "READY, sealed" },
] as const;

/** A conversation that took place. */
export interface Talk {
  /** Where the server listens, behind the relay. */
  readonly port: number;
  readonly exchanges: readonly Exchange[];
  /** Everybody leaves. */
  end(): Promise<Aftermath>;
}

/** What is known of a conversation when everybody has left. */
export interface Aftermath {
  /** Exit statuses, by who it was. */
  readonly codes: Readonly<Record<string, number>>;
  /** All that each of the two saw of what was said. */
  readonly heard: Readonly<Record<Name, readonly Heard[]>>;
}

/**
 * Starts a server and two clients, lets them talk, kills the server and starts
 * it again, and shows all of it.
 */
export async function conversation(
  theatre: Theatre,
  stage: Stage,
  cast: Cast,
): Promise<Talk> {
  const { signal } = theatre;
  const { server, port, relay } = await stage.serve("the server");
  theatre.show([
    ...heading("Who takes part"),
    [{
      text: `  server  process ${server.pid}, 127.0.0.1:${port}, "${TITLE}"`,
    }],
    [{ text: `          ${cast.server.fingerprint}` }],
    [{ text: `  relay   127.0.0.1:${relay.port}` }],
  ]);
  const enter = async (name: Name): Promise<Player> => {
    const process = stage.connect({
      name,
      key: PEOPLE[name].key,
      pin: cast.server.fingerprint,
      port: relay.port,
    });
    await enters(process, signal);
    theatre.show([
      [{
        text: `  ${name}   process ${process.pid}, ${cast[name].fingerprint}`,
      }],
    ]);
    return { name, process, recording: newest(relay) };
  };
  const alice = await enter("Alice");
  const bobby = await enter("Bobby");
  await seesEntering(alice, "Bobby", signal);

  theatre.show([
    ...heading(
      "What they say                   What the relay sees: bytes, and the first ones",
    ),
    ...handshakeRows(alice.recording),
  ]);
  const exchanges: Exchange[] = [];
  for (const speech of SPEECHES) {
    const exchange = await say(speech, [alice, bobby], signal);
    exchanges.push(exchange);
    theatre.show(exchangeRows(exchange));
  }
  theatre.show([
    ...heading("How long was what they said? Bytes of text, and of its frame:"),
    ...sizeTable(exchanges.map(({ text, up }) => ({
      said: utf8(text).length,
      seen: up.reduce((sum, { bytes }) => sum + bytes.length, 0),
    }))),
  ]);
  const again = await restart(theatre, stage, { alice, bobby, server, relay });
  return {
    port: again.port,
    exchanges,
    async end(): Promise<Aftermath> {
      await Promise.all([alice, bobby].map((each) => each.process.endInput()));
      const left = {
        Alice: await alice.process.exit(signal),
        Bobby: await bobby.process.exit(signal),
      };
      again.server.terminate();
      return {
        codes: { ...left, server: await again.server.exit(signal) },
        heard: { Alice: heardBy(alice), Bobby: heardBy(bobby) },
      };
    },
  };
}

function newest({ recordings }: Relay): Recording {
  const recording = recordings.at(-1);
  if (recording === undefined) {
    throw new Error("Cannot record: nobody came through the relay");
  }
  return recording;
}

function handshakeRows(recording: Recording): Row[] {
  const frames: Record<"up" | "down", SeenFrame[]> = {
    up: splitFrames(recording.stream("up")),
    down: splitFrames(recording.stream("down")),
  };
  return HANDSHAKE.flatMap(({ way, name }) => {
    const frame = frames[way].shift();
    if (frame === undefined) throw new Error(`Cannot show ${name}: not seen`);
    return sideBySide(
      { spans: [{ text: `(${name})`, dim: true }], indent: 0 },
      [{ way, frame, rows: 1 }],
    );
  });
}

function exchangeRows(exchange: Exchange): Row[] {
  const { name, text, up, down } = exchange;
  const { hue } = PEOPLE[name];
  const seen = (
    frame: SeenFrame | undefined,
    rest: Omit<Seen, "frame">,
  ): Seen[] => frame === undefined ? [] : [{ frame, ...rest }];
  return sideBySide(
    { spans: [{ text: `${name}: `, bold: true, hue }, { text }], indent: 2 },
    [
      ...seen(up[0], { way: "up", rows: 2 }),
      ...seen(down[0], { way: "down", rows: 1 }),
    ],
    { maxRows: MAX_TEXT_ROWS },
  );
}
