import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formFieldsOf, formText, isFormType } from "./formBody";

/** The bytes and the type of a form, as the platform itself writes them. */
async function sent(body: FormData | URLSearchParams): Promise<{ bytes: Uint8Array; type: string }> {
  const request = new Request("https://hub.example", { method: "POST", body });
  return { bytes: new Uint8Array(await request.arrayBuffer()), type: request.headers.get("Content-Type") ?? "" };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("a form's body", () => {
  it("gives back every field and file, byte for byte", async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9 ._-]{1,20}$/);
    const file = fc.record({ name, fileName: name, bytes: fc.uint8Array({ maxLength: 300 }) });
    // Line breaks, hyphens and what looks like a separator are what a parser trips over.
    const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("--", "\r\n--", "\r\n\r\n", "a=b&c", ""));
    const field = fc.record({ name, value });
    await fc.assert(
      fc.asyncProperty(fc.array(field), fc.array(file), async (fields, files) => {
        const form = new FormData();
        for (const each of fields) form.append(each.name, each.value);
        for (const each of files) form.append(each.name, new Blob([Uint8Array.from(each.bytes)]), each.fileName);
        const { bytes, type } = await sent(form);
        expect(isFormType(type)).toBe(true);
        const read = formFieldsOf(bytes) ?? [];
        const texts = read.filter((each) => each.fileName === undefined);
        expect(texts.map((each) => [each.name, new TextDecoder().decode(each.bytes)])).toEqual(
          fields.map((each) => [each.name, each.value.replace(/\r?\n|\r/g, "\r\n")]),
        );
        const received = read.filter((each) => each.fileName !== undefined);
        expect(received.map((each) => [each.name, each.fileName, [...each.bytes]])).toEqual(
          files.map((each) => [each.name, each.fileName, [...each.bytes]]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("is read urlencoded too", async () => {
    const { bytes, type } = await sent(new URLSearchParams({ "body-plain": "Grüße & mehr", token: "t" }));
    expect(isFormType(type)).toBe(true);
    const fields = formFieldsOf(bytes) ?? [];
    expect([formText(fields, "body-plain"), formText(fields, "token"), formText(fields, "no")]).toEqual([
      "Grüße & mehr",
      "t",
      undefined,
    ]);
  });

  it("that is cut off is refused, wherever it is cut", async () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("b", "2");
    const { bytes } = await sent(form);
    const end = bytes.length - 4; // Without the final hyphens and line break.
    for (let length = 3; length <= end; length++)
      expect(formFieldsOf(bytes.subarray(0, length)), `${length}`).toBeNull();
  });

  it("keeps bytes of another character set, and names with quotation marks", () => {
    const head =
      'Content-Disposition: form-data; name="text \\"x\\""; filename="a%22b.txt"\r\nContent-Type: text/plain';
    const body = Uint8Array.of(...bytesOf(`--B\r\n${head}\r\n\r\n`), 0xfc, ...bytesOf("\r\n--B--\r\n"));
    expect(formFieldsOf(body)).toEqual([
      { name: 'text "x"', fileName: 'a"b.txt', contentType: "text/plain", bytes: Uint8Array.of(0xfc) },
    ]);
  });

  it.each([
    ["multipart/form-data; boundary=x", true],
    ["application/x-www-form-urlencoded", true],
    ["application/json", false],
    ["multipart/mixed; boundary=x", false],
    [undefined, false],
  ])("has the type %s: %s", (type, expected) => {
    expect(isFormType(type)).toBe(expected);
  });
});
