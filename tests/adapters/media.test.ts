import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Provider } from "../../convex/connections/schema";
import { fetchMedia } from "../../convex/delivery/providers/media";
import type { InboundMedia } from "../../convex/delivery/providers/types";
import { basicOf, startStub, type Stub } from "./stub-server.ts";

// Files of inbound messages (providers.md 8.5, 13.2, 13.10).

let stub: Stub;
let storage: Stub;
beforeAll(async () => {
  [stub, storage] = [await startStub(), await startStub()];
});
afterAll(async () => {
  await stub.stop();
  await storage.stop();
});
beforeEach(() => {
  vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const BYTES = { body: "0123456789", headers: { "Content-Type": "image/png" } };

function get(provider: Provider, media: Partial<InboundMedia>, maxBytes = 1_000) {
  const account = {
    settings: { baseUrl: stub.url, accountSid: "AC1" },
    secrets: { authToken: "geheim", apiKey: "geheim", accessKey: "geheim", accessToken: "geheim" },
  };
  return fetchMedia(provider, account, { contentType: "image/jpeg", ...media }, maxBytes);
}

describe("a file of an inbound message", () => {
  it("is fetched from Twilio with the account, which its storage does not get to see", async () => {
    stub.answer({ status: 307, headers: { Location: `${storage.url}/cdn/1` } });
    storage.answer(BYTES);
    const result = await get("twilio", { url: `${stub.url}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1` });
    expect(result).toMatchObject({ kind: "file", contentType: "image/png" });
    expect(result.kind === "file" ? new TextDecoder().decode(result.bytes) : "").toBe("0123456789");
    expect(stub.requests[0] && basicOf(stub.requests[0])).toBe("AC1:geheim");
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("is looked up at Meta first", async () => {
    stub.answer(({ path }) =>
      path === "/v23.0/9001" ? { body: { url: `${stub.url}/lookaside`, mime_type: "image/png" } } : BYTES,
    );
    expect(await get("meta", { id: "9001" })).toMatchObject({ kind: "file" });
    expect(stub.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer geheim", "Bearer geheim"]);
  });

  it.each([
    ["infobip", "App geheim"],
    ["bird", "AccessKey geheim"],
    ["messagebird", "AccessKey geheim"],
  ] as const)("is fetched from %s with its key", async (provider, authorization) => {
    stub.answer(BYTES);
    expect(await get(provider, { url: `${stub.url}/media/1` })).toMatchObject({ kind: "file" });
    expect(stub.requests[0]?.headers.authorization).toBe(authorization);
  });

  it("somewhere else is fetched without the key", async () => {
    storage.answer(BYTES);
    expect(await get("infobip", { url: `${storage.url}/media/1` })).toMatchObject({ kind: "file" });
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("that is too large is refused for good", async () => {
    stub.answer(BYTES);
    expect(await get("infobip", { url: `${stub.url}/1` }, 9)).toMatchObject({
      kind: "refused",
      failure: { class: "permanent", code: "too_large" },
    });
    expect(await get("infobip", { url: `${stub.url}/1` }, 10)).toMatchObject({ kind: "file" });
  });

  it("that breaks off is tried again, not shown in half", async () => {
    stub.answer("cut_off");
    expect(await get("infobip", { url: `${stub.url}/1` })).toMatchObject({ failure: { class: "transient" } });
  });

  it("that is gone is refused for good, a busy provider is not", async () => {
    stub.answer({ status: 404 });
    expect(await get("infobip", { url: `${stub.url}/1` })).toMatchObject({ failure: { class: "permanent" } });
    stub.answer({ status: 503 });
    expect(await get("infobip", { url: `${stub.url}/1` })).toMatchObject({ failure: { class: "transient" } });
    stub.answer({ status: 400, body: { error: { code: 100, message: "Unsupported get request" } } });
    expect(await get("meta", { id: "1" })).toMatchObject({ failure: { class: "permanent", code: "100" } });
  });

  it("whose address leads in a circle or into a private network is not followed", async () => {
    stub.answer({ status: 302, headers: { Location: "/again" } });
    expect(await get("infobip", { url: `${stub.url}/1` })).toMatchObject({ failure: { code: "redirects" } });
    stub.answer({ status: 302, headers: { Location: "http://169.254.169.254/latest/meta-data" } });
    expect(await get("infobip", { url: `${stub.url}/1` })).toMatchObject({
      failure: { class: "permanent", code: "refused" },
    });
    expect(await get("infobip", { url: "" })).toMatchObject({ failure: { class: "permanent" } });
  });

  it("of a provider that keeps none is refused", async () => {
    expect(await get("ecall", { url: `${stub.url}/1` })).toMatchObject({ failure: { code: "no_media" } });
  });
});
