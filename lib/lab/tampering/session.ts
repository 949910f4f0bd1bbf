import { openChannel } from "../../channel/open.ts";
import { ChatError } from "../../errors.ts";
import type { Fingerprint } from "../../identity/fingerprint.ts";
import { generateIdentity } from "../../identity/identity.ts";
import { dial } from "../../net/dial.ts";
import { RawMember } from "../raw_member.ts";
import type { Account, Heard } from "./laws.ts";

/** Where a victim goes, and what it says there. */
export interface Plan {
  readonly port: number;
  readonly pin: Fingerprint;
  readonly name: string;
  readonly texts: readonly string[];
}

/**
 * A whole session with a real server: greets it, enters, says each text in a
 * record of its own without waiting, waits until all of them are acknowledged and
 * have come back, and says goodbye.
 */
export async function session(
  { port, pin, name, texts }: Plan,
): Promise<Account> {
  const acknowledged: string[] = [];
  const heard: Heard[] = [];
  const account = (error: string | undefined): Account => ({
    name,
    said: texts,
    acknowledged,
    heard,
    error,
  });
  try {
    const duplex = await dial({ host: "127.0.0.1", port });
    const identity = await generateIdentity();
    const channel = await openChannel(duplex, { identity, pins: [pin] });
    using member = await RawMember.over(duplex, channel, name);
    const numbers = new Map<number, string>();
    for (const text of texts) {
      const id = member.nextId();
      numbers.set(id, text);
      member.send({ kind: "say", id, room: 0, number: id, text });
      await channel.flush();
    }
    while (acknowledged.length < texts.length || heard.length < texts.length) {
      const message = await member.next();
      if (message.kind === "ack") {
        const text = numbers.get(message.id);
        if (text !== undefined) acknowledged.push(text);
      }
      if (message.kind === "said") heard.push(message);
    }
    await channel.close();
    return account(undefined);
  } catch (error) {
    if (error instanceof ChatError) return account(error.code);
    throw error;
  }
}
