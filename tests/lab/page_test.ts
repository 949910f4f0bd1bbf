import type { Result } from "../../lib/lab/carry_out.ts";
import { escapeMarkup } from "../../lib/lab/markup.ts";
import { labPage } from "../../lib/lab/page.ts";
import { resultJson } from "../../lib/lab/result_json.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FIGURES, HOSTILE } from "./figures.ts";

const result: Result = {
  experiment: {
    name: "sample",
    title: HOSTILE,
    attacker: HOSTILE,
    run: () => Promise.reject(new Error("is not run here")),
  },
  elapsedMs: 1234,
  steps: [{
    who: "attacker",
    did: HOSTILE,
    saw: HOSTILE,
    exhibits: [{ label: HOSTILE, bytes: new Uint8Array(5000).fill(0x3c) }],
  }],
  figures: FIGURES,
  verdicts: [{ claim: HOSTILE, held: false, evidence: HOSTILE }],
  failure: HOSTILE,
};
const page = labPage([result]);

Deno.test("labPage() lets no text of a peer become markup", () => {
  assert(!page.includes("<script"));
  assertEquals(page.match(/[^\n\P{Cc}]|\p{Cf}/gu), null);
  const tags = [...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag);
  const known =
    "html,meta,title,style,header,h1,p,nav,ol,li,a,span,main,section,h2,b,ul,figure,figcaption,pre,i,div,svg,text,rect,line,path,circle,table,thead,tbody,tr,th,td";
  assertEquals(
    [...new Set(tags)].filter((tag) => !known.split(",").includes(tag ?? "")),
    [],
  );
});

Deno.test("labPage() needs no script and nothing from elsewhere", () => {
  const elsewhere = page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
  assert(
    !/https?:|url\(|@import|src=|\son[a-z]+=/.test(
      elsewhere.replaceAll(escapeMarkup(HOSTILE), ""),
    ),
  );
  assert(page.includes("default-src 'none'"));
});

Deno.test("labPage() closes what it opens", () => {
  const open: string[] = [];
  const whole = page.replace("<!DOCTYPE html>", "").replaceAll(
    /<meta[^>]*>/g,
    "",
  );
  for (
    const [tag, slash, name = ""] of whole.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)
  ) {
    if (tag.endsWith("/>")) continue;
    if (slash === "") open.push(name);
    else assertEquals(open.pop(), name);
  }
  assertEquals(open, []);
});

Deno.test("labPage() says what did not hold", () => {
  assert(page.includes("0 of 1 experiments held"));
  assert(page.includes("did not hold"));
});

Deno.test("resultJson() tells the length of what it cuts", () => {
  const json = JSON.parse(JSON.stringify(resultJson(result)));
  const [exhibit] = json.steps[0].exhibits;
  assertEquals([exhibit.length, exhibit.hex.length], [5000, 4096]);
  assertEquals([json.held, json.experiment], [false, "sample"]);
});
