import type { Bytes } from "../../bytes.ts";
import { ChatError } from "../../errors.ts";
import { dial } from "../../net/dial.ts";
import { enters } from "../events.ts";
import type { Forgery } from "../forge.ts";
import { hostileClient, nextFrame } from "../hostile.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { FrameSource } from "../../channel/frame_source.ts";
import type { Reason, WatchedServer } from "../watched_server.ts";

/** Bytes of a frame that lets somebody in, or tells a proven one why not. */
const SEALED_ANSWER_BYTES = 276;

/** One way to pass for somebody. */
interface Attempt {
  readonly did: string;
  run(): Promise<Bytes | undefined>;
}

/**
 * Offers Alice's public key without her private one, in several ways.
 *
 * @param people `signer` has the key that the impostor really signs with.
 */
export async function impostors(
  lab: Laboratory,
  { server, alice, signer }: {
    readonly server: WatchedServer;
    readonly alice: Person;
    readonly signer: Person;
  },
): Promise<Part> {
  const { code, sent } = await visitOf(lab, { server, alice });
  const forge = (did: string, forgery: Forgery): Attempt => ({
    did,
    run: async (): Promise<Bytes | undefined> => {
      const duplex = await dial({ host: "127.0.0.1", port: server.port });
      const { frames } = await hostileClient(duplex, forgery);
      const answer = await nextFrame(frames);
      duplex.close();
      return answer;
    },
  });
  const attempts: Attempt[] = [
    forge("Shows Alice's public key, and signs with its own.", {
      identity: alice.identity.publicKey,
      sign: (message) => signer.identity.sign(message),
    }),
    forge("Shows Alice's public key, and zeros in place of a signature.", {
      identity: alice.identity.publicKey,
      sign: () => Promise.resolve(new Uint8Array(64)),
    }),
    forge("Shows the server's own public key, and signs with its own.", {
      identity: server.server.owner.identity.publicKey,
      sign: (message) => signer.identity.sign(message),
    }),
    forge("Shows a public key of order 1, with which anything verifies.", {
      identity: Uint8Array.of(1, ...new Uint8Array(31)),
      sign: () => Promise.resolve(Uint8Array.of(1, ...new Uint8Array(63))),
    }),
    {
      did:
        "Sends byte for byte what Alice's program sent when she was let in before.",
      run: () => replay(server.port, sent),
    },
  ];
  const results = [];
  for (const { did, run } of attempts) {
    let answer: Bytes | undefined;
    const reason = await server.handshakeDuring(async () => {
      answer = await run();
    });
    results.push({ did, answer, reason });
  }
  const admitted = results.filter(({ answer, reason }) => isIn(answer, reason));
  return {
    steps: [
      {
        who: "people",
        did:
          "Alice, whose key is on the list of the server, comes and goes. The attacker records it.",
        saw: `her program ends with exit status ${code}`,
      },
      ...results.map(({ did, answer, reason }) => ({
        who: "attacker" as const,
        did,
        saw: isIn(answer, reason)
          ? "is let in"
          : `${reason ?? "not counted"}, as the server counts it`,
        ...answer === undefined
          ? {}
          : { exhibits: [{ label: "the answer", bytes: answer }] },
      })),
    ],
    verdicts: [{
      claim: "A public key alone lets nobody in",
      held: code === 0 && admitted.length === 0 &&
        results.every(({ reason }) => reason !== undefined),
      evidence: admitted[0] === undefined
        ? `Alice got in with her private key, ${results.length} attempts without it did not: ${
          results.map(({ reason }) => reason).join(", ")
        }`
        : `somebody was let in who "${admitted[0].did}"`,
    }, {
      claim: "An impostor is told nothing but that it failed",
      held: results.every(({ answer }) =>
        answer === undefined || answer.length < SEALED_ANSWER_BYTES
      ),
      evidence: `${
        results.filter(({ answer }) => answer !== undefined).length
      } were answered, with the 8 bytes of an alert in clear that has one meaning: the handshake failed; the others were hung up on`,
    }],
  };
}

function isIn(answer: Bytes | undefined, reason: Reason): boolean {
  return reason === "ok" || answer?.length === SEALED_ANSWER_BYTES;
}

/** Alice comes and goes; what her program sent, as it was recorded. */
async function visitOf(
  lab: Laboratory,
  { server, alice }: {
    readonly server: WatchedServer;
    readonly alice: Person;
  },
): Promise<{ readonly code: number; readonly sent: Bytes }> {
  const relay = lab.relay(server.port);
  const pin = server.fingerprint;
  const process = lab.connect({ person: alice, port: relay.port, pin });
  await enters(process, lab.signal);
  await process.endInput();
  const code = await process.exit(lab.signal);
  const [recording] = relay.recordings;
  await recording?.ended;
  return { code, sent: recording?.stream("up") ?? new Uint8Array(0) };
}

/** @returns What stands behind ServerHello and ServerAuth, if anything. */
async function replay(port: number, sent: Bytes): Promise<Bytes | undefined> {
  const duplex = await dial({ host: "127.0.0.1", port });
  try {
    await duplex.write(sent);
    const frames = new FrameSource(duplex);
    for (let seen = 0; seen < 2; seen++) await frames.frame(() => true);
    return await nextFrame(frames);
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  } finally {
    duplex.close();
  }
}
