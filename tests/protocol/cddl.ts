import type { Field, Fields, Schema } from "../../lib/protocol/field.ts";

/**
 * The rules of `schema` in CDDL (RFC 8610), in the layout of {@linkcode rulesOf}.
 *
 * @param nameOf What the rule of a kind is called.
 */
export function cddlOf(
  schema: Schema,
  nameOf: (kind: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schema).map((
      [kind, { tag, fields }],
    ) => [nameOf(kind), `[${tag}, ${groupOf(fields)}]`]),
  );
}

/** The rules of a CDDL text by name: no comments, one space between tokens. */
export function rulesOf(cddl: string): Record<string, string> {
  const code = cddl.replaceAll(/;.*/g, "").replaceAll(/\s+/g, " ");
  const rules = code.split(/(?<= )(?=[a-z_-]+ = )/).filter((r) => r.trim());
  return Object.fromEntries(rules.map((rule) => {
    const [name, body] = rule.split(" = ");
    const tidy = (body ?? "").trim().replaceAll(/,? ?\]/g, "]")
      .replaceAll("[ ", "[");
    return [(name ?? "").trim(), tidy];
  }));
}

function groupOf(fields: Fields): string {
  return Object.entries(fields).map(([name, field]) =>
    `${name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}: ${
      typeOf(field)
    }`
  ).join(", ");
}

function typeOf(field: Field): string {
  switch (field.type) {
    case "uint":
      return "safe-uint";
    case "optional uint":
      return "safe-uint / null";
    case "constant":
      return `${field.value}`;
    case "flag":
      return "bool";
    case "bytes":
      return `bstr .size ${field.size}`;
    case "optional bytes":
      return `(bstr .size ${field.size}) / null`;
    case "blob":
      return `bstr .size (0..${field.max})`;
    case "entries":
      return `(bstr .size (0..${field.max})) .and (bstr .cborseq [* kept-entry])`;
    case "text":
      return `tstr .size (0..${field.max})`;
    case "optional text":
      return `(tstr .size (0..${field.max})) / null`;
    case "word":
      return field.of.map((word) => JSON.stringify(word)).join(" / ");
    case "list":
      return `[0*${field.max} [${groupOf(field.of)}]]`;
  }
}
