import type * as dns from "node:dns/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openAdapter } from "../../convex/delivery/providers/adapters";
import { providerFetch } from "../../convex/delivery/providers/providerFetch";
import { EMAIL } from "./samples.ts";
import { startStub, type Stub } from "./stub-server.ts";

// The address of a connection is what somebody entered: it must not lead into our own network (providers.md section 18).

const lookedUp = vi.hoisted(() => ({ addresses: [] as { address: string; family: number }[] }));
vi.mock("node:dns/promises", async (load) => ({
  ...(await load<typeof dns>()),
  lookup: () => Promise.resolve(lookedUp.addresses),
}));

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(async () => await stub.stop());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const ctx = { runMutation: () => Promise.reject(new Error("Nothing is written here.")) };

async function sendThrough(baseUrl: string) {
  const account = { ctx, settings: { baseUrl }, secrets: { serverToken: "geheim" }, timeoutMs: 500 };
  const adapter = openAdapter("postmark", account);
  const outcome = { sent: await adapter.send(EMAIL), check: await adapter.check?.() };
  adapter.close();
  return outcome;
}

describe("a connection whose address leads into our own network", () => {
  it.each([
    ["this machine", () => stub.url],
    ["a cloud's information service", () => "https://169.254.169.254/latest"],
    ["a private number", () => "https://10.0.0.8"],
    ["a number in disguise", () => "https://[::ffff:127.0.0.1]"],
    ["a name of the network", () => "https://mail.internal"],
    ["plain http", () => "http://api.postmarkapp.com"],
    ["another port", () => "https://api.example.com:22"],
    ["a user in front of a provider's name", () => "https://api.postmarkapp.com@10.0.0.8"],
  ])("is refused as a wrong setting and never called: %s", async (_, url) => {
    stub.answer({ body: { MessageID: "x", ErrorCode: 0, Message: "OK" } });
    const { sent, check } = await sendThrough(url());
    expect(sent).toMatchObject({ kind: "refused", failure: { class: "config", code: "ERR_ADDRESS_REFUSED" } });
    expect(check).toMatchObject({ class: "config", code: "ERR_ADDRESS_REFUSED" });
    expect(stub.requests).toEqual([]);
  });

  it("is refused when a public name resolves to it, be it one address of several", async () => {
    lookedUp.addresses = [
      { address: "93.184.215.14", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const { sent } = await sendThrough("https://api.attacker.example.com");
    expect(sent).toMatchObject({ kind: "refused", failure: { class: "config", code: "ERR_ADDRESS_REFUSED" } });
  });

  it("through a region made up for it is refused, too", async () => {
    const settings = { region: "x@10.0.0.8/", accessKeyId: "A" };
    const adapter = openAdapter("ses", { ctx, settings, secrets: { secretAccessKey: "s" }, timeoutMs: 500 });
    expect(await adapter.send(EMAIL)).toMatchObject({ kind: "refused", failure: { code: "ERR_ADDRESS_REFUSED" } });
  });
});

it("a deployment may allow this machine", async () => {
  vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
  stub.answer({ body: { MessageID: "x", ErrorCode: 0, Message: "OK" } });
  expect((await sendThrough(stub.url)).sent).toEqual({ kind: "accepted", providerMessageId: "x" });
});

it("the provider's own hosts are called plainly, look-alikes are not", async () => {
  const plain = vi.fn(() => Promise.resolve(new Response("ok")));
  vi.stubGlobal("fetch", plain);
  lookedUp.addresses = [{ address: "10.0.0.8", family: 4 }];
  const call = async (url: string) =>
    await providerFetch("sendgrid")(url).then(
      () => "called",
      () => "guarded",
    );
  expect(await call("https://api.sendgrid.com/v3/mail/send")).toBe("called");
  expect(await call("https://api.eu.sendgrid.com/v3/mail/send")).toBe("called");
  expect(await call("https://email.eu-central-1.amazonaws.com/v2")).toBe("called");
  expect(await call("https://sendgrid.com.attacker.example.com/")).toBe("guarded");
  expect(await call("https://notsendgrid.com/")).toBe("guarded");
  expect(await call("https://ip-10-0-0-8.eu-central-1.compute.amazonaws.com/")).toBe("guarded");
  expect(await call("http://api.sendgrid.com/")).toBe("guarded");
  expect(plain).toHaveBeenCalledTimes(3);
});
