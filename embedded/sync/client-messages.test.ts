import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeveloperError } from "../errors.ts";
import { parseClientMessage } from "./client-messages.ts";
import { encodeTimestamp } from "./timestamps.ts";

const parse = (message: unknown) => parseClientMessage(JSON.stringify(message));

describe("parseClientMessage", () => {
  test("reads what the npm client sends on connect", () => {
    const message = {
      type: "Connect",
      sessionId: "0c1e",
      connectionCount: 2,
      lastCloseReason: null,
      maxObservedTimestamp: encodeTimestamp(12n),
      clientTs: 3.5,
    };
    expect(parse(message)).toEqual({ ...message, maxObservedTimestamp: 12n });
  });

  test("fills in what may be absent", () => {
    const add = { type: "Add", queryId: 1, udfPath: "a:b", args: [{}] };
    const message = { type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [add] };
    expect(parse(message)).toEqual({
      ...message,
      modifications: [{ ...add, journal: null, componentPath: "" }],
    });
  });

  test("knows both names of the attributes an admin acts as", () => {
    for (const name of ["impersonating", "actingAs"]) {
      const message = {
        type: "Authenticate",
        baseVersion: 0,
        tokenType: "Admin",
        value: "k",
        [name]: { subject: "s" },
      };
      expect(parse(message)).toMatchObject({ credentials: { impersonating: { subject: "s" } } });
    }
  });

  test.each([
    ["not JSON", "{"],
    ["not an object", "[]"],
    ["an unknown type", `{"type":"Hello"}`],
    ["a negative version", `{"type":"Authenticate","baseVersion":-1,"tokenType":"None"}`],
    ["a fractional id", `{"type":"Mutation","requestId":1.5,"udfPath":"a:b","args":[]}`],
    ["args that are no array", `{"type":"Mutation","requestId":1,"udfPath":"a:b","args":{}}`],
    ["an unknown token type", `{"type":"Authenticate","baseVersion":0,"tokenType":"Magic"}`],
  ])("refuses %s", (_what, text) => {
    expect(() => parseClientMessage(text)).toThrow(expect.objectContaining({ code: "WSMessageInvalidJson" }));
  });

  test("answers any JSON with a message or a developer error, never a crash", () => {
    const types = fc.constantFrom("Connect", "ModifyQuerySet", "Authenticate", "Mutation", "Action", "Event", "?");
    fc.assert(
      fc.property(types, fc.dictionary(fc.string(), fc.jsonValue()), (type, fields) => {
        try {
          parse({ ...fields, type });
        } catch (error) {
          expect(error).toBeInstanceOf(DeveloperError);
        }
      }),
    );
  });
});
