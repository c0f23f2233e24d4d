import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Webhook } from "standardwebhooks";
import { openAdapter } from "../../convex/delivery/providers/adapters";
import type { OutgoingMessage } from "../../convex/delivery/providers/types";
import { SMS } from "./samples.ts";
import { deadUrl, startStub, type Stub, type StubAnswer } from "./stub-server.ts";

// providers.md section 18. A receiver keeps our id: nothing is ever lost, only later.

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const PREVIOUS = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(async () => {
  await stub.stop();
});
beforeEach(() => {
  vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const MESSAGE: OutgoingMessage = {
  ...SMS,
  channel: "webhook",
  to: { address: "https://customer.example/in", name: "Max" },
  subject: "Ahoi",
};

function send(changes: { url?: string; secrets?: Record<string, string>; message?: Partial<OutgoingMessage> } = {}) {
  const adapter = openAdapter("webhook", {
    ctx: { runMutation: () => Promise.reject(new Error()) },
    settings: { url: changes.url ?? `${stub.url}/in` },
    secrets: changes.secrets ?? { signingSecret: SECRET },
    timeoutMs: 400,
  });
  return adapter.send({ ...MESSAGE, ...changes.message });
}

describe("a message to a webhook", () => {
  it("is signed by Standard Webhooks and accepted by whatever 2xx", async () => {
    stub.answer({ status: 202, body: "thanks" });
    expect(await send()).toEqual({ kind: "accepted", providerMessageId: "k57queue:1" });
    const [request] = stub.requests;
    if (request === undefined) throw new Error("nothing was sent");
    expect(request.headers["webhook-id"]).toBe("k57queue:1");
    const body = request.body.toString("utf8");
    expect(new Webhook(SECRET).verify(body, request.headers)).toEqual({
      type: "message",
      data: { id: "k57queue:1", to: "Max", from: undefined, subject: "Ahoi", text: SMS.text, html: undefined },
    });
    expect(() => new Webhook(PREVIOUS).verify(body, request.headers)).toThrow();
  });

  it("carries both signatures while the secret is being changed", async () => {
    stub.answer({ status: 200 });
    await send({ secrets: { signingSecret: SECRET, previousSigningSecret: PREVIOUS } });
    const [request] = stub.requests;
    for (const secret of [SECRET, PREVIOUS]) {
      expect(() => new Webhook(secret).verify(request?.body.toString() ?? "", request?.headers ?? {})).not.toThrow();
    }
  });

  it("is the same to the byte when it is tried again", async () => {
    stub.answer({ status: 200 });
    await send();
    await send({ message: { at: MESSAGE.at + 60_000 } });
    const [first, second] = stub.requests;
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  });

  const answers: [string, StubAnswer, string, number | undefined][] = [
    ["400", { status: 400 }, "transient", undefined],
    ["401", { status: 401 }, "config", undefined],
    ["404", { status: 404 }, "config", undefined],
    ["410, a receiver that is gone", { status: 410 }, "config", undefined],
    ["413", { status: 413 }, "permanent", undefined],
    ["429 with a pause", { status: 429, headers: { "Retry-After": "7" } }, "rate_limited", 7_000],
    ["503 with a pause", { status: 503, headers: { "Retry-After": "9" } }, "transient", 9_000],
    ["502", { status: 502 }, "transient", undefined],
    ["504", { status: 504 }, "transient", undefined],
    ["a redirect, which is not followed", { status: 302, headers: { Location: "/elsewhere" } }, "config", undefined],
    ["a broken connection", "reset", "transient", undefined],
    ["no answer", "hang", "transient", undefined],
  ];
  it.each(answers)("%s", async (_, answer, errorClass, retryAfterMs) => {
    stub.answer(answer);
    const result = await send();
    expect(result).toMatchObject({ kind: "refused", failure: { class: errorClass } });
    expect(result.kind === "refused" ? result.failure.retryAfterMs : null).toBe(retryAfterMs);
    expect(stub.requests).toHaveLength(1);
  });

  it("shows a kilobyte of an answer at most, and none of the secret", async () => {
    stub.answer({ status: 500, body: "x".repeat(100_000) });
    const result = await send();
    expect(JSON.stringify(result).length).toBeLessThan(1_500);
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it("waits for somebody to answer at all", async () => {
    expect(await send({ url: await deadUrl() })).toMatchObject({ failure: { class: "transient" } });
  });

  it.each([{}, { signingSecret: "" }, { signingSecret: "whsec_§§" }])("needs a secret", async (secrets) => {
    stub.answer({ status: 200 });
    expect(await send({ secrets: secrets as Record<string, string> })).toMatchObject({
      failure: { class: "config", code: "signing_secret" },
    });
    expect(stub.requests).toEqual([]);
  });

  it("does not go into private networks, nor to this machine without the operator's leave", async () => {
    vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "");
    stub.answer({ status: 200 });
    const addresses = [
      `${stub.url}/in`,
      "http://customer.example/in",
      "https://169.254.169.254/latest",
      "https://[::ffff:10.0.0.1]/",
      "https://2130706433/",
      "https://localhost/",
      "https://metadata.google.internal/",
      "https://user:pass@customer.example/",
      "not a url",
    ];
    for (const url of addresses) {
      expect(await send({ url }), url).toMatchObject({ failure: { class: "config", code: "blocked_target" } });
    }
    expect(stub.requests).toEqual([]);
  });
});
