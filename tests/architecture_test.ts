import { rowsOf } from "./docs/markdown.ts";
import { assert, assertEquals } from "./support/assert.ts";

/** What each folder of lib/ may import besides itself, bytes, errors, queue. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ".": [],
  wire: [],
  crypto: [],
  identity: ["crypto"],
  channel: ["wire", "crypto", "identity"],
  protocol: [],
  room: ["protocol"],
  net: [],
  member: ["protocol", "room"],
  store: ["protocol", "room", "member"],
  ui: ["protocol", "room", "member"],
  lab: [
    "wire",
    "crypto",
    "identity",
    "channel",
    "protocol",
    "room",
    "member",
    "net",
    "store",
    "sealed",
    "sealing",
  ],
  metrics: ["protocol"],
  sealed: ["crypto", "identity", "protocol"],
  sealing: ["crypto", "identity", "protocol", "room", "member", "sealed"],
  cli: [
    "identity",
    "protocol",
    "room",
    "member",
    "ui",
    "lab",
    "store",
    "metrics",
  ],
};

/** What top-level files may not import. */
const TOP_LEVEL: Readonly<Record<string, readonly string[]>> = {
  "server.ts": ["sealed", "sealing", "ui", "cli", "lab"],
  "client.ts": ["store", "ui", "cli", "lab"],
};

/** Folders that may touch the system: files, network, terminal, clocks. */
const MAY_USE_SYSTEM = ["net/", "store/", "cli/", "lab/", "ui/terminal/"];

/** What outside them may import from `node:`: what must not wait for a promise. */
const NODE_CRYPTO = [
  "crypto/aes_128_gcm.ts",
  "crypto/aes_gcm.ts",
  "crypto/ed25519_sync.ts",
  "crypto/hmac_sync.ts",
  "crypto/sha256_sync.ts",
  "crypto/x25519_public.ts",
];

const SYSTEM =
  /\bDeno\.|\bsetTimeout\(|\bsetInterval\(|\bDate\.now\b|\bperformance\.now\b|\bnew Date\(\)|from "node:/;

const MAX_LINES = 400;
const MAX_MEDIAN_LINES = 90;

const root = new URL("../", import.meta.url);
const files = [...sources("lib/")];

for (const path of files) {
  const [folder = ""] = path.includes("/") ? path.split("/", 1) : ["."];
  Deno.test(`lib/${path} obeys the arrows of docs/architecture.md`, () => {
    const allowed = MAY_IMPORT[folder];
    assert(allowed !== undefined, `lib/${folder} is not in the architecture`);
    const text = code(`lib/${path}`);
    for (const target of imports(text, `lib/${path}`)) {
      assert(target.startsWith("lib/"), `lib/ imports ${target}`);
      const [, to = ""] = target.split("/");
      const known = to.endsWith(".ts") || to === folder || allowed.includes(to);
      assert(known, `${folder} may not import ${target}`);
    }
    if (folder !== "crypto") {
      assert(!text.includes("crypto.subtle"), "crypto.subtle outside crypto/");
    }
    if (MAY_USE_SYSTEM.some((prefix) => path.startsWith(prefix))) return;
    if (NODE_CRYPTO.includes(path)) return;
    assertEquals(text.match(SYSTEM)?.[0], undefined, "system use");
  });
}

Deno.test("docs/architecture.md draws the arrows that are enforced", () => {
  const columns = ["folder", "what it holds", "may import"];
  const rows = rowsOf(read("docs/architecture.md"), columns);
  const drawn = rows.flatMap(([folder = "", , arrows = ""]) => {
    const [, name] = folder.match(/^`lib\/(\w+)\/`$/) ?? [];
    const to = arrows === "" ? [] : arrows.split(", ");
    return name === undefined ? [] : [[name, to.toSorted()] as const];
  });
  const enforced = Object.entries(MAY_IMPORT)
    .filter(([name]) => name !== ".")
    .map(([name, to]) => [name, to.toSorted()] as const);
  assertEquals(Object.fromEntries(drawn), Object.fromEntries(enforced));
});

for (const [path, forbidden] of Object.entries(TOP_LEVEL)) {
  Deno.test(`${path} imports none of ${forbidden.join(", ")}`, () => {
    for (const target of reachable(path)) {
      const [, folder = ""] = target.split("/");
      assert(!forbidden.includes(folder), `${path} reaches ${target}`);
    }
  });
}

Deno.test("every source file is small: none above 400 lines, the median below 90", () => {
  const folders = [
    "lib/",
    "server/",
    "tests/",
    "bench/",
    "demo/",
    "faults/",
    "tools/",
  ];
  const all = folders.flatMap((under) =>
    [...sources(under)].map((path) => under + path)
  );
  const counts = [
    ...all,
    "mod.ts",
    "program.ts",
    "server.ts",
    "client.ts",
    "serve_options.ts",
  ].map((path) => ({
    path,
    lines: read(path).split("\n").length - 1,
  }));
  assertEquals(counts.filter(({ lines }) => lines > MAX_LINES), []);
  const sorted = counts.map(({ lines }) => lines).toSorted((a, b) => a - b);
  assert((sorted[sorted.length >> 1] ?? 0) < MAX_MEDIAN_LINES);
});

Deno.test("no module of lib/ takes part in an import cycle", () => {
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    assert(at < 0, `cycle: ${[...above.slice(at), path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const next of imports(valueImports(code(path)), path)) {
      visit(next, [...above, path]);
    }
    done.add(path);
  };
  for (const path of files) visit(`lib/${path}`, []);
});

/** Everything a file imports, directly or not, types included. */
function reachable(path: string, seen = new Set<string>()): Set<string> {
  for (const next of imports(code(path), path)) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(next, seen);
  }
  return seen;
}

/** Relative imports of a file, as paths from the root of the project. */
function imports(text: string, path: string): string[] {
  const relative = /(?:from|import)\s*\(?\s*"(\.\.?\/[^"]+)"/g;
  return [...text.matchAll(relative)]
    .map(([, target = ""]) =>
      new URL(target, new URL(path, root)).href.slice(root.href.length)
    )
    .filter((target) => target.endsWith(".ts"));
}

/** Without imports of types, which vanish when it runs. */
function valueImports(text: string): string {
  return text.replaceAll(/(?:import|export) type [^;]*;/g, "");
}

/** Without comments, which may speak of anything. */
function code(path: string): string {
  return read(path).replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
}

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, root));
}

function* sources(under: string, path = ""): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(under + path, root))) {
    const name = path + entry.name;
    if (entry.isDirectory) yield* sources(under, `${name}/`);
    else if (name.endsWith(".ts") && !name.endsWith(".d.ts")) yield name;
  }
}
