import { ChatError } from "../errors.ts";
import { formatAddress, parseAddress } from "../identity/address.ts";
import { parseFingerprint } from "../identity/fingerprint.ts";
import type { Pin } from "../identity/pins.ts";
import { wordsOf } from "../identity/words.ts";
import { defineCommand } from "./command.ts";
import { changePins, pinsPath, readPins } from "./pins_file.ts";
import { printable } from "./printable.ts";

/** `chat pins list` */
export const pinsListCommand = defineCommand({
  name: "pins list",
  summary: "List the servers whose keys are known",
  args: [],
  options: { json: { kind: "flag", help: "Print one JSON object per pin" } },
  async run(_args, options, io): Promise<void> {
    for (const pin of (await readPins(pinsPath(io))).list()) {
      io.out(options.json ? jsonOf(pin) : lineOf(pin));
    }
  },
});

/** `chat pins add HOST[:PORT] FINGERPRINT` */
export const pinsAddCommand = defineCommand({
  name: "pins add",
  summary: "Trust a server's key from now on",
  details: [
    "The operator of the server sees the fingerprint when `chat serve` starts; get it over a channel you trust. A server may have several pins, so that it can change from one key to the next.",
  ],
  args: ["HOST[:PORT]", "FINGERPRINT"],
  options: {
    comment: {
      kind: "value",
      placeholder: "TEXT",
      help: "Note to keep beside the pin",
    },
  },
  async run([host = "", text = ""], options, io): Promise<void> {
    const address = parseAddress(host);
    const fingerprint = parseFingerprint(text);
    const pin = { address, fingerprint, comment: options.comment ?? "" };
    const where = formatAddress(address);
    const { before, after } = await changePins(
      pinsPath(io),
      (pins) => pins.add(pin),
      io,
    );
    const count = after.lookup(address).length;
    if (after === before) {
      io.err(`${where} had this pin already`);
    } else if (count === 1) {
      io.err(`Pinned ${where}`);
    } else {
      io.err(`Pinned ${where}; it may now show any of ${count} keys`);
    }
    io.err(`Words of the key: ${wordsOf(fingerprint).join(" ")}`);
  },
});

/** `chat pins remove HOST[:PORT] [FINGERPRINT]` */
export const pinsRemoveCommand = defineCommand({
  name: "pins remove",
  summary: "Forget a server's keys, or one of them",
  args: ["HOST[:PORT]", "[FINGERPRINT]"],
  options: {},
  async run([host = "", text], _options, io): Promise<void> {
    const address = parseAddress(host);
    const fingerprint = text === undefined ? undefined : parseFingerprint(text);
    const where = formatAddress(address);
    const { before, after } = await changePins(
      pinsPath(io),
      (pins) => pins.remove(address, fingerprint),
      io,
    );
    if (after === before) {
      throw new ChatError(
        "CHAT_USAGE",
        `Cannot remove pin: ${where} has none such`,
        { hint: "See `chat pins list` for the servers that are known" },
      );
    }
    const count = before.list().length - after.list().length;
    io.err(`Removed ${count} ${count === 1 ? "pin" : "pins"} of ${where}`);
  },
});

function lineOf({ address, fingerprint, comment }: Pin): string {
  return [formatAddress(address), fingerprint, printable(comment)]
    .join(" ").trimEnd();
}

function jsonOf({ address, fingerprint, comment }: Pin): string {
  return JSON.stringify({ ...address, fingerprint, comment });
}
