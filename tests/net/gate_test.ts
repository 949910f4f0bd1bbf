import fc from "fast-check";
import {
  addressKey,
  Gate,
  type GateLimits,
  type Ticket,
} from "../../lib/net/gate.ts";
import { assert, assertEquals } from "../support/assert.ts";

const LIMITS: GateLimits = {
  connections: 4,
  perAddress: 2,
  halfOpen: 3,
  halfOpenPerAddress: 2,
};

/** Enters and remembers who was cut. */
function crowd(limits: GateLimits = LIMITS): {
  gate: Gate;
  cut: string[];
  enter: (name: string, address?: string) => Ticket | undefined;
} {
  const gate = new Gate(limits);
  const cut: string[] = [];
  return {
    gate,
    cut,
    enter: (name, address = name) =>
      gate.enter(address, () => void cut.push(name)),
  };
}

Deno.test("Gate.enter() cuts the oldest half-open connection of an address at its bound", () => {
  const { cut, enter } = crowd();
  enter("first", "a");
  enter("second", "a");
  enter("third", "a");
  assertEquals(cut, ["first"]);
});

Deno.test("Gate.enter() cuts the oldest half-open connection of all at the bound of all", () => {
  const { cut, enter } = crowd();
  for (const name of ["a", "b", "c", "d"]) enter(name);
  assertEquals(cut, ["a"]);
});

Deno.test("Gate.enter() turns away when established connections take every place", () => {
  const { gate, cut, enter } = crowd();
  for (const name of ["a", "b", "c", "d"]) {
    assert(enter(name)?.establish());
  }
  assertEquals(enter("e"), undefined);
  assertEquals(cut, []);
  assertEquals([gate.established, gate.halfOpen], [4, 0]);
});

Deno.test("Gate.enter() makes room from half-open connections when all places are taken", () => {
  const { cut, enter } = crowd();
  for (const name of ["a", "b", "c"]) enter(name)?.establish();
  enter("half");
  assert(enter("newest") !== undefined);
  assertEquals(cut, ["half"]);
});

Deno.test("Ticket.establish() refuses more connections than one address may have", () => {
  const { enter } = crowd();
  assertEquals(enter("1", "a")?.establish(), true);
  assertEquals(enter("2", "a")?.establish(), true);
  assertEquals(enter("3", "a")?.establish(), false);
  assertEquals(enter("4", "b")?.establish(), true);
});

Deno.test("Ticket.establish() refuses a connection that was cut meanwhile", () => {
  const { enter } = crowd();
  const first = enter("1", "a");
  enter("2", "a");
  enter("3", "a");
  assertEquals(first?.establish(), false);
});

Deno.test("Ticket.leave() gives its place back once", () => {
  const { gate, enter } = crowd();
  const [a, b] = [enter("1", "a"), enter("2", "a")];
  a?.establish();
  a?.leave();
  a?.leave();
  b?.leave();
  assertEquals([gate.established, gate.halfOpen], [0, 0]);
  assertEquals(enter("3", "a")?.establish(), true);
  assertEquals(enter("4", "a")?.establish(), true);
});

Deno.test("Gate never exceeds a bound whatever happens", () => {
  const action = fc.record({
    kind: fc.constantFrom("enter", "establish", "leave"),
    which: fc.nat(9),
  });
  fc.assert(fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
    const { gate, enter } = crowd();
    const tickets: (Ticket | undefined)[] = [];
    for (const { kind, which } of actions) {
      if (kind === "enter") tickets.push(enter("x", `10.0.0.${which % 3}`));
      const ticket = tickets[which % Math.max(1, tickets.length)];
      if (kind === "establish") ticket?.establish();
      if (kind === "leave") ticket?.leave();
      assert(gate.halfOpen <= LIMITS.halfOpen);
      assert(gate.halfOpen + gate.established <= LIMITS.connections);
      assert(gate.established <= 3 * LIMITS.perAddress);
    }
    for (const ticket of tickets) ticket?.leave();
    assertEquals([gate.established, gate.halfOpen], [0, 0]);
  }));
});

Deno.test("addressKey() takes a /64 of IPv6 and mapped IPv4 for one address", () => {
  const same = addressKey("2001:db8:1:2::1");
  assertEquals(addressKey("2001:db8:1:2:ffff:0:0:9"), same);
  assertEquals(addressKey("2001:0db8:0001:0002::"), same);
  assert(addressKey("2001:db8:1:3::1") !== same);
  assertEquals(addressKey("::ffff:192.0.2.7"), "192.0.2.7");
  assertEquals(addressKey("192.0.2.7"), "192.0.2.7");
  assertEquals(addressKey("fe80::1%eth0"), addressKey("fe80::2"));
  assertEquals(addressKey("::1"), "0:0:0:0::/64");
});

Deno.test("Gate.enter() cuts those that said nothing before those that said hello", () => {
  const { gate, cut, enter } = crowd();
  enter("greeted")?.greet();
  enter("silent");
  enter("young");
  enter("newest");
  assertEquals(cut, ["silent"]);
  enter("more");
  enter("again");
  enter("last");
  assertEquals(cut, ["silent", "young", "newest", "more"]);
  gate.makeRoom();
  gate.makeRoom();
  gate.makeRoom();
  assertEquals(cut.slice(4), ["again", "last", "greeted"]);
  gate.makeRoom(); // nobody is left to be cut
  assertEquals(gate.halfOpen, 0);
});
