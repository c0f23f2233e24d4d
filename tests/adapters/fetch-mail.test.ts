import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Provider } from "../../convex/connections/schema";
import { fetchMail } from "../../convex/delivery/providers/fetchMail";
import type { MailReport } from "../../convex/delivery/providers/types";
import { basicOf, deadUrl, startStub, type Stub } from "./stub-server.ts";

// Mails that providers keep (providers.md 1.4, section 4).

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

const RAW = "From: max@example.org\r\nSubject: Hallo\r\n\r\nGuten Tag";

async function get(provider: Provider, mail: MailReport, { maxBytes = 1_000, baseUrl = stub.url } = {}) {
  const account = { settings: { baseUrl }, secrets: { apiKey: "geheim" }, timeoutMs: 500 };
  return await fetchMail(provider, account, mail, maxBytes);
}
const textOf = (result: Awaited<ReturnType<typeof get>>) =>
  result.kind === "file" ? new TextDecoder().decode(result.bytes) : result.failure;

describe("a mail that Resend keeps", () => {
  const id = "56761188-7520-42d8-8898-ff6fc54ce618";
  const found = () => ({
    body: {
      object: "email",
      id,
      raw: { download_url: `${storage.url}/raw?sig=1`, expires_at: "2026-05-12T11:00:00Z" },
    },
  });

  it("is asked for with the key and fetched raw without it", async () => {
    stub.answer(found());
    storage.answer({ body: RAW });
    expect(textOf(await get("resend", { id }))).toBe(RAW);
    expect(stub.requests).toMatchObject([{ method: "GET", path: `/emails/receiving/${id}` }]);
    expect(stub.requests[0]?.headers).toMatchObject({ authorization: "Bearer geheim", "user-agent": "Switchboard" });
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("without a raw form yet, or behind a provider in trouble, is worth another try", async () => {
    stub.answer({ body: { object: "email", id, raw: null } });
    expect(textOf(await get("resend", { id }))).toMatchObject({ class: "transient", code: "no_raw" });
    stub.answer({ status: 500, body: { statusCode: 500, name: "internal_server_error", message: "x" } });
    expect(textOf(await get("resend", { id }))).toMatchObject({ class: "transient" });
    expect(textOf(await get("resend", { id }, { baseUrl: await deadUrl() }))).toMatchObject({ class: "transient" });
    stub.answer(found());
    storage.answer("cut_off");
    expect(textOf(await get("resend", { id }))).toMatchObject({ class: "transient", code: "cut_off" });
  });

  it("behind a wrong key waits for the right one", async () => {
    stub.answer({ status: 403, body: { statusCode: 403, name: "invalid_api_key", message: "API key is invalid" } });
    expect(textOf(await get("resend", { id }))).toMatchObject({ class: "config", code: "invalid_api_key" });
  });

  it("that is too large is refused for good", async () => {
    stub.answer(found());
    storage.answer({ body: "x".repeat(1_001) });
    expect(textOf(await get("resend", { id }))).toMatchObject({ class: "permanent", code: "too_large" });
  });
});

describe("a mail that a route of Mailgun's stored", () => {
  it("is fetched with the key", async () => {
    stub.answer({ body: { "body-mime": RAW, recipients: "info@haff.example" } });
    expect(textOf(await get("mailgun", { url: `${stub.url}/v3/domains/m/messages/BAABAA` }))).toBe(RAW);
    const [request] = stub.requests;
    expect(request?.headers.accept).toBe("message/rfc2822");
    expect(request && basicOf(request)).toBe("api:geheim");
  });

  it("is asked for without the key when the address is nobody's we know", async () => {
    storage.answer({ status: 401, body: "Forbidden" });
    expect(textOf(await get("mailgun", { url: `${storage.url}/v3/m` }))).toMatchObject({ class: "config" });
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("that is gone, too large or not there is refused for good", async () => {
    const url = `${stub.url}/m`;
    stub.answer({ status: 404, body: { message: "Message not found" } });
    expect(textOf(await get("mailgun", { url }))).toMatchObject({ class: "permanent", code: "404" });
    stub.answer({ body: { "body-mime": "x".repeat(1_001) } });
    expect(textOf(await get("mailgun", { url }))).toMatchObject({ class: "permanent", code: "too_large" });
    stub.answer({ body: { subject: "no raw form" } });
    expect(textOf(await get("mailgun", { url }))).toMatchObject({ class: "permanent", code: "no_raw" });
  });

  it("at an address of our own network is not fetched", async () => {
    vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "");
    stub.answer({ body: { "body-mime": RAW } });
    expect(textOf(await get("mailgun", { url: `${stub.url}/m` }))).toMatchObject({
      class: "permanent",
      code: "refused",
    });
    expect(stub.requests).toEqual([]);
  });
});

it("other providers keep no mails", async () => {
  expect(textOf(await get("postmark", { id: "x" }))).toMatchObject({ class: "permanent", code: "no_mail" });
});
