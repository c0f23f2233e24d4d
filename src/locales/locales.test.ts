import { describe, expect, it } from "vitest";
import de from "./de.json";
import en from "./en.json";
import nl from "./nl.json";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, path = ""): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value] as const] : [...flatten(value, `${path}${key}.`)],
    ),
  );
}

const blanksOf = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort((a = "", b = "") => a.localeCompare(b));

const english = flatten(en);

describe.each([
  ["German", flatten(de)],
  ["Dutch", flatten(nl)],
])("%s", (_, texts) => {
  it("has exactly the texts English has", () => {
    expect([...texts.keys()]).toEqual([...english.keys()]);
  });

  it("fills the same blanks", () => {
    for (const [key, text] of english) expect([key, blanksOf(texts.get(key) ?? "")]).toEqual([key, blanksOf(text)]);
  });

  it("leaves nothing empty", () => {
    for (const [key, text] of texts) expect([key, text.trim() === ""]).toEqual([key, false]);
  });
});
