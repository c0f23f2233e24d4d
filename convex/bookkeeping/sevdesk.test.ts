import { describe, expect, it } from "vitest";
import { addressesIn, deliveryLine, errorIn, fieldIn, fieldSettingIn, listFields, rowsOf, troubleOf } from "./sevdesk";

describe("reading sevDesk's answers", () => {
  it("finds addresses, whatever type the ids have", () => {
    const answer = {
      objects: [
        { id: "1", type: "EMAIL", value: " petra@example.org ", contact: { id: "77", objectName: "Contact" } },
        { id: "2", type: "MOBILE", value: "+491512345678", contact: { id: 77 } },
        { id: "3", type: "WEB", value: "https://example.org", contact: { id: "77" } },
        { id: "4", type: "PHONE", value: "", contact: { id: "78" } },
        { id: "5", type: "EMAIL", value: "x@example.org", contact: null },
      ],
    };
    expect(addressesIn(answer)).toEqual([
      { externalId: "77", kind: "email", value: "petra@example.org" },
      { externalId: "77", kind: "phone", value: "+491512345678" },
    ]);
  });

  it("unwraps lists and single objects, and takes anything else for nothing", () => {
    expect(rowsOf({ objects: [{ id: "1" }, null, 2] })).toEqual([{ id: "1" }]);
    expect(rowsOf({ objects: { id: "1" } })).toEqual([{ id: "1" }]);
    for (const odd of [null, undefined, "x", [], { objects: null }]) expect(rowsOf(odd)).toEqual([]);
  });

  it("finds our custom field and its value on a contact", () => {
    expect(
      fieldSettingIn({
        objects: [
          { id: "8", name: "Other" },
          { id: 9, name: "Letzte Zustellung" },
        ],
      }),
    ).toBe("9");
    const fields = { objects: [{ id: "5", contactCustomFieldSetting: { id: "9" } }] };
    expect([fieldIn(fields, "9"), fieldIn(fields, "8")]).toEqual(["5", undefined]);
  });

  it("reads both forms of errors", () => {
    expect(errorIn({ error: { message: "No token", code: 1 } })).toBe("No token");
    expect(errorIn({ objects: null, error: { message: "Bad" } })).toBe("Bad");
    expect(errorIn("<html>")).toBe("No reason given.");
  });
});

describe("calls", () => {
  it("filter by both parts of a reference", () => {
    expect(listFields("77").path).toBe("/ContactCustomField?contact[id]=77&contact[objectName]=Contact");
  });

  it("write one line with minute, channel, status and message", () => {
    const line = deliveryLine(Date.UTC(2026, 10, 20, 14, 3, 59), "whatsapp", "delivered", "abc");
    expect(line).toBe("2026-11-20T14:03Z whatsapp delivered #abc");
  });
});

describe("troubles", () => {
  it.each([
    [401, 1, "config"],
    [403, 1, "config"],
    [400, 1, "permanent"],
    [404, 1, "permanent"],
    [422, 1, "permanent"],
    [429, 1, "retry"],
    [500, 1, "retry"],
    [500, 2, "permanent"],
    [503, 7, "retry"],
    [503, 8, "permanent"],
    [null, 1, "retry"],
  ])("%s at attempt %i is %s", (status, attempts, kind) => {
    expect(troubleOf(status, "x", attempts).kind).toBe(kind);
  });

  it("wait longer each time, and as long as asked", () => {
    expect(troubleOf(429, "x", 1, 120_000)).toMatchObject({ inMs: 120_000 });
    expect(troubleOf(503, "x", 3)).toMatchObject({ inMs: 240_000 });
  });
});
