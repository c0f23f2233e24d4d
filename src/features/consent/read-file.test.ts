import { describe, expect, it } from "vitest";
import { decodeText } from "../../lib/decode-text";
import { readListFile } from "./read-file";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("a list from a spreadsheet", () => {
  it.each([
    ["UTF-8", utf8("Adresse;Notiz\nmüller@b.example;für später")],
    ["UTF-8 with a mark", Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8("Adresse;Notiz\nmüller@b.example;für später")])],
    ["windows-1252", Uint8Array.from("Adresse;Notiz\nmüller@b.example;für später", (char) => char.charCodeAt(0))],
    [
      "UTF-16",
      Uint8Array.from([
        0xff,
        0xfe,
        ...Array.from("Adresse\tNotiz\nmüller@b.example\tfür später").flatMap((char) => [
          char.charCodeAt(0) & 0xff,
          char.charCodeAt(0) >> 8,
        ]),
      ]),
    ],
  ])("in %s is read with its umlauts", (_, bytes) => {
    expect(readListFile(bytes)).toMatchObject({
      ok: true,
      rows: [{ line: 2, written: { address: "müller@b.example", note: "für später" } }],
    });
  });

  it("keeps the euro sign of windows-1252", () => {
    expect(decodeText(Uint8Array.from([0x80, 0x20, 0xfc]))).toBe("€ ü");
  });
});
