import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "../../delivery/providers/types";
import { identityOf, openRequest, sealRequest } from "./envelope";

const request = (changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: "POST",
  url: "https://hub.example/hooks/provider/c/geheim?m=k%3A1",
  headers: { "content-type": "application/json", authorization: "Bearer x", cookie: "a=b", "x-sig": "s" },
  body: new TextEncoder().encode("{}"),
  receivedAt: 5,
  ...changes,
});

describe("a sealed request", () => {
  it("opens as it came, without what gives access", () => {
    const sealed = sealRequest(request());
    expect(sealed).not.toContain("geheim");
    expect(sealed).not.toContain("Bearer");
    expect(openRequest(sealed, "https://hub.example/h", 7)).toEqual(
      request({
        url: "https://hub.example/h?m=k%3A1",
        headers: { "content-type": "application/json", "x-sig": "s" },
        receivedAt: 7,
      }),
    );
  });

  it("keeps any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const body = Uint8Array.from(bytes);
        expect(openRequest(sealRequest(request({ body })), "", 0).body).toEqual(body);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("refuses what was never sealed", () => {
    expect(() => openRequest("rubbish", "", 0)).toThrow();
  });
});

describe("identityOf", () => {
  it("is the same for a repetition and differs with body, query and method", () => {
    const text = (changes: Partial<WebhookRequest>) => new TextDecoder().decode(identityOf(request(changes)));
    expect(text({ headers: { "x-sig": "other" }, receivedAt: 9 })).toBe(text({}));
    expect(text({ url: "https://elsewhere.example/x?m=k%3A1" })).toBe(text({}));
    const others = [{ method: "GET" as const }, { url: "https://hub.example/h" }, { body: new Uint8Array([1]) }];
    for (const changes of others) expect(text(changes)).not.toBe(text({}));
  });
});
