import fc from "fast-check";
import type { Field, Fields, Schema } from "../../lib/protocol/field.ts";
import { utf8Length } from "../../lib/protocol/text.ts";

/** Any message of `schema`, up to its limits. */
export function anyMessage(schema: Schema): fc.Arbitrary<{ kind: string }> {
  return fc.oneof(
    ...Object.entries(schema).map(([kind, { fields }]) =>
      anyRecord({ kind: fc.constant(kind) }, fields)
    ),
  );
}

function anyRecord<T>(
  more: { [K in keyof T]: fc.Arbitrary<T[K]> },
  fields: Fields,
): fc.Arbitrary<T> {
  const rest = Object.entries(fields).map((
    [name, field],
  ) => [name, anyValue(field)]);
  return fc.record({ ...more, ...Object.fromEntries(rest) }, {
    noNullPrototype: true,
  }) as fc.Arbitrary<T>;
}

/** Any value a field may have. */
export function anyValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case "uint":
      return fc.oneof(fc.nat(300), fc.maxSafeNat());
    case "optional uint":
      return fc.option(fc.oneof(fc.nat(300), fc.maxSafeNat()));
    case "constant":
      return fc.constant(field.value);
    case "flag":
      return fc.boolean();
    case "bytes":
      return anyBytes(field.size, field.size);
    case "optional bytes":
      return fc.option(anyBytes(field.size, field.size));
    case "blob":
    case "entries":
      return anyBytes(0, Math.min(300, field.max));
    case "text":
      return anyText(field.max);
    case "optional text":
      return fc.option(anyText(field.max));
    case "word":
      return fc.constantFrom(...field.of);
    case "list":
      return fc.array(anyRecord({}, field.of), { maxLength: 4 });
  }
}

function anyBytes(
  minLength: number,
  maxLength: number,
): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength })
    .map((bytes) => new Uint8Array(bytes));
}

function anyText(max: number): fc.Arbitrary<string> {
  const short = fc.string({ unit: "binary", maxLength: 40 })
    .filter((text) => utf8Length(text) <= max);
  const longest = fc.constantFrom("a", "ü", "世", "😀")
    .map((c) => c.repeat(Math.floor(max / utf8Length(c))));
  return fc.oneof({ weight: 9, arbitrary: short }, longest);
}
