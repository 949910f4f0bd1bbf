import { type Bytes, concat, utf8 } from "../../bytes.ts";
import { encapsulate, generateMlKem } from "../../crypto/ml_kem.ts";
import { generateX25519 } from "../../crypto/x25519.ts";
import { encodeClearAlert } from "../../wire/alert.ts";
import { decodeClientHello } from "../../wire/client_hello.ts";
import type { Direction } from "../recording.ts";

/** Where the fields of a ClientHello begin (docs/protocol.md, section 5.1). */
const CLIENT = { magic: 3, version: 7, x25519: 40, mlKem: 72 } as const;
/** Where the fields of a ServerHello begin (section 5.2). */
const SERVER = { x25519: 35, ciphertext: 67 } as const;

/** A change to a greeting that would weaken what is agreed on. */
export interface Edit {
  readonly direction: Direction;
  /** What the attacker does, as a sentence. */
  readonly did: string;
  /** @param hello The message. @param clientHello What the client had sent. */
  apply(hello: Bytes, clientHello: Bytes): Bytes;
}

/** Keys of the attacker, made beforehand: edits are made while frames pass. */
export async function makeEdits(): Promise<readonly Edit[]> {
  const [x25519, mlKem] = [await generateX25519(), await generateMlKem()];
  const { ciphertext } = await encapsulate(mlKem.publicKey);
  const shares = [[CLIENT.x25519, x25519.publicKey], [
    CLIENT.mlKem,
    mlKem.publicKey,
  ]] as const;
  return [
    ...[0, 2, 255].map((version) =>
      up(
        `Says that the client speaks version ${version}.`,
        (hello) => patched(hello, CLIENT.version, Uint8Array.of(version)),
      )
    ),
    up(
      "Says that it is another protocol.",
      (hello) => patched(hello, CLIENT.magic, utf8("talk")),
    ),
    up(
      "Strips the ML-KEM key: as if the client had only X25519.",
      (hello) => shortened(hello, CLIENT.mlKem),
    ),
    up(
      "Strips both keys.",
      (hello) => shortened(hello, CLIENT.x25519),
    ),
    ...[0, 1].map((value) =>
      up(
        `Puts the point ${value} in place of the X25519 share: its secret would be zero.`,
        (hello) => {
          const share = new Uint8Array(32);
          share[0] = value;
          return patched(hello, CLIENT.x25519, share);
        },
      )
    ),
    up(
      "Puts an ML-KEM key of ones in place of the client's.",
      (hello) => patched(hello, CLIENT.mlKem, new Uint8Array(1184).fill(0xff)),
    ),
    up(
      "Puts an ML-KEM key of zeros in place of the client's.",
      (hello) => patched(hello, CLIENT.mlKem, new Uint8Array(1184)),
    ),
    up(
      "Puts its own ML-KEM key in place of the client's.",
      (hello) => patched(hello, ...shares[1]),
    ),
    up(
      "Puts its own X25519 share in place of the client's.",
      (hello) => patched(hello, ...shares[0]),
    ),
    up(
      "Puts its own keys in place of both.",
      (hello) => patched(patched(hello, ...shares[0]), ...shares[1]),
    ),
    down(
      "Strips the ML-KEM ciphertext.",
      (hello) => shortened(hello, SERVER.ciphertext),
    ),
    down(
      "Puts zeros in place of the server's X25519 share.",
      (hello) => patched(hello, SERVER.x25519, new Uint8Array(32)),
    ),
    down(
      "Puts its own X25519 share in place of the server's.",
      (hello) => patched(hello, SERVER.x25519, x25519.publicKey),
    ),
    down(
      "Puts zeros in place of the ML-KEM ciphertext.",
      (hello) => patched(hello, SERVER.ciphertext, new Uint8Array(1088)),
    ),
    down(
      "Puts an ML-KEM ciphertext of its own in place of the server's.",
      (hello) => patched(hello, SERVER.ciphertext, ciphertext),
    ),
    down(
      "Answers with the client's own share.",
      (hello, greeting) =>
        patched(hello, SERVER.x25519, decodeClientHello(greeting).x25519),
    ),
    down(
      "Answers in clear that this version is not spoken.",
      () => encodeClearAlert("unsupported_version"),
    ),
    down(
      "Answers in clear that the handshake failed.",
      () => encodeClearAlert("handshake_failed"),
    ),
  ];
}

function up(did: string, apply: Edit["apply"]): Edit {
  return { direction: "up", did, apply };
}

function down(did: string, apply: Edit["apply"]): Edit {
  return { direction: "down", did, apply };
}

function patched(hello: Bytes, at: number, bytes: Bytes): Bytes {
  const changed = hello.slice();
  changed.set(bytes, at);
  return changed;
}

/** Cut at `length`, with a length field that agrees. */
function shortened(hello: Bytes, length: number): Bytes {
  const payload = length - 3;
  return concat(
    hello.slice(0, 1),
    Uint8Array.of(payload >> 8, payload & 0xff),
    hello.slice(3, length),
  );
}
