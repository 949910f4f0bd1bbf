/**
 * Prints the names of the tests in the files it is given, as JSON by path. Run
 * as a program of its own, since it puts its own hand in the place of
 * `Deno.test`: the files register their tests and none of them runs.
 */
const names: Record<string, string[]> = {};
let current: string[] = [];

function register(test: string | { name: string }): void {
  current.push(typeof test === "string" ? test : test.name);
}
Object.defineProperty(Deno, "test", {
  value: Object.assign(register, {
    ignore: register,
    beforeAll(): void {},
    afterAll(): void {},
    beforeEach(): void {},
    afterEach(): void {},
  }),
});

for (const path of Deno.args) {
  current = names[path] = [];
  await import(new URL(`../../${path}`, import.meta.url).href);
}
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(names)));
Deno.exit(0);
