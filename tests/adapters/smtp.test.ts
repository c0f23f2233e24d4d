import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { smtpAdapter } from "../../convex/delivery/providers/smtp";
import { keyInReturnPath } from "../../convex/delivery/providers/verp";
import type { OutgoingMessage } from "../../convex/delivery/providers/types";
import { startSmtpServer } from "../support/smtp.ts";
import { COPIES, EMAIL, PIXEL } from "./samples.ts";

// providers.md section 2, against a real SMTP server on loopback.

const SECRET = { user: "switchboard", password: "geheim-42" };
/** Long enough for loopback on a busy machine, short enough to wait for. */
const TIMEOUT_MS = 600;

let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
beforeEach(async () => {
  vi.stubEnv("SMTP_ALLOW_PRIVATE", "true");
  smtp = await startSmtpServer(SECRET);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await smtp.stop();
});

function open(settings: Record<string, string | number | boolean> = {}, password = SECRET.password) {
  const base = { host: "127.0.0.1", port: smtp.port, ignoreTls: true, user: SECRET.user };
  return smtpAdapter({ settings: { ...base, ...settings }, secrets: { password }, timeoutMs: TIMEOUT_MS });
}

async function send(
  changes: Partial<OutgoingMessage> = {},
  settings: Record<string, string | number | boolean> = {},
  password?: string,
) {
  const adapter = open(settings, password);
  const result = await adapter.send({ ...EMAIL, ...changes });
  adapter.close();
  expect(JSON.stringify(result)).not.toContain(SECRET.password);
  return result;
}

describe("a server in our own network", () => {
  it("is not connected to where the deployment does not allow it: a matter of settings", async () => {
    vi.stubEnv("SMTP_ALLOW_PRIVATE", "");
    for (const host of ["127.0.0.1", "localhost", "10.0.0.7"]) {
      expect(await send({}, { host })).toMatchObject({ kind: "refused", failure: { class: "config" } });
    }
    expect(await open().check?.()).toMatchObject({ class: "config" });
    expect(smtp.received).toEqual([]);
  });
});

describe("a send", () => {
  it("says everything: both parts, umlauts, emoji, files, inline image, thread, headers", async () => {
    expect(await send()).toEqual({ kind: "accepted", providerMessageId: "sb-k57queue@haff.example" });
    const [received] = smtp.received;
    expect(received?.envelopeTo).toEqual(["max@example.org"]);
    expect(received?.envelopeFrom).toBe("info@haff.example");
    expect(received?.mail).toMatchObject({
      from: { address: "info@haff.example", name: "Segelschule Haff" },
      to: [{ address: "max@example.org", name: "Max Müßig, Kapitän" }],
      replyTo: [{ address: "reply+abc@haff.example" }],
      subject: "Größe 5 – Ahoi ⛵",
      messageId: "<sb-k57queue@haff.example>",
      inReplyTo: "<theirs@mail.example>",
      references: "<first@mail.example> <theirs@mail.example>",
    });
    expect(received?.mail.text?.trim()).toBe(EMAIL.text);
    expect(received?.mail.html?.trim()).toBe(EMAIL.html);
    const files = received?.mail.attachments ?? [];
    expect(files.map(({ filename, mimeType, contentId }) => [filename, mimeType, contentId])).toEqual(
      expect.arrayContaining([
        ["Törnplan.txt", "text/plain", undefined],
        ["logo.png", "image/png", "<logo>"],
      ]),
    );
    const image = files.find(({ filename }) => filename === "logo.png");
    expect(Buffer.from(image?.content as ArrayBuffer).equals(Buffer.from(PIXEL))).toBe(true);
    expect(received?.raw).toMatch(/^List-Unsubscribe: <https:\/\/hub\.example\/u\/token>\r?$/m);
    expect(received?.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
  });

  it("asks for bounces with our key on them", async () => {
    await send({}, { bounceAddress: "bounce@mail.haff.example" });
    const [received] = smtp.received;
    expect(received?.envelopeFrom).toBe("bounce+k57queue_3a1@mail.haff.example");
    expect(keyInReturnPath(received?.envelopeFrom)).toBe(EMAIL.idempotencyKey);
    expect(received?.dsn).toMatchObject({ envid: "k57queue_3a1", ret: "HDRS", notify: ["FAILURE", "DELAY"] });
    expect(received?.mail.from?.address).toBe("info@haff.example");
  });

  it("keeps line breaks in names and subjects out of the headers", async () => {
    await send({ to: { address: "max@example.org", name: "Max\r\nBcc: x@y.z" }, subject: "Hallo\r\nBcc: x@y.z" });
    expect(smtp.received[0]?.raw).not.toMatch(/^Bcc:/m);
    expect(smtp.received[0]?.envelopeTo).toEqual(["max@example.org"]);
  });

  it("reaches everybody, and nobody reads who got a blind copy", async () => {
    await send({ copies: COPIES });
    const [received] = smtp.received;
    const all = ["max@example.org", "eva@example.org", "chef@example.org", "buero@example.org", "archiv@haff.example"];
    expect(received?.envelopeTo).toEqual(all);
    expect(received?.mail.to?.map(({ address }) => address)).toEqual(all.slice(0, 2));
    expect(received?.mail.cc?.map(({ address }) => address)).toEqual(all.slice(2, 4));
    expect(received?.raw).not.toContain("archiv@haff.example");
  });

  it("that runs beside others mixes nothing up", async () => {
    const adapter = open();
    const texts = Array.from({ length: 12 }, (_, i) => `Nummer-${i}-Ende`);
    const results = await Promise.all(
      texts.map((text, i) => adapter.send({ ...EMAIL, text, html: undefined, messageId: `m${i}@haff.example` })),
    );
    adapter.close();
    expect(results.map((result) => result.kind)).toEqual(texts.map(() => "accepted"));
    expect(new Set(smtp.received.map(({ mail }) => mail.text?.trim()))).toEqual(new Set(texts));
    expect(smtp.received).toHaveLength(texts.length);
  });
});

describe("an error", () => {
  it.each([
    ["421 4.3.2 closing", "transient"],
    ["450 4.2.0 greylisted", "transient"],
    ["451 4.7.500 throttled, too many", "rate_limited"],
    ["550 5.1.1 user unknown", "invalid_address"],
    ["550 5.1.2 bad host", "invalid_address"],
    ["552 5.2.2 mailbox full", "transient"],
    ["550 5.7.26 unauthenticated", "config"],
    ["554 5.7.1 spam", "permanent"],
  ])("at RCPT: %s", async (reply, expected) => {
    smtp.control.rejectRecipient = "max@example.org";
    smtp.control.recipientReply = reply;
    const result = await send();
    expect(result).toMatchObject({ kind: "refused", failure: { class: expected } });
    expect(result.kind === "refused" && result.failure.reason).toContain(reply.slice(4));
  });

  it.each([
    ["451 4.3.0 try later", "transient"],
    ["552 5.3.4 too big", "permanent"],
    ["554 5.7.0 policy", "permanent"],
  ])("after DATA: %s is an answer, not a loss", async (reply, expected) => {
    smtp.control.policy = () => ({ reply });
    expect(await send()).toMatchObject({ kind: "refused", failure: { class: expected } });
  });

  it("a wrong password is the settings' fault", async () => {
    expect(await send({}, {}, "falsch")).toMatchObject({ kind: "refused", failure: { class: "config" } });
  });
});

describe("the network", () => {
  it("nobody listens: nothing has left", async () => {
    await smtp.stop();
    expect(await send()).toMatchObject({ kind: "refused", failure: { class: "transient" } });
    smtp = await startSmtpServer(SECRET);
  });

  it.each(["hang_up", "say_nothing"] as const)("%s after the text: it may have left", async (verdict) => {
    smtp.control.policy = () => verdict;
    expect(await send()).toMatchObject({ kind: "lost" });
    expect(smtp.received).toHaveLength(1);
  });
});

describe("check", () => {
  const check = async (...account: Parameters<typeof open>) => {
    const adapter = open(...account);
    const failure = await adapter.check?.();
    adapter.close();
    return failure;
  };

  it("signs in and sends nothing", async () => {
    expect(await check()).toBeNull();
    expect(smtp.received).toEqual([]);
  });

  it("says what is wrong", async () => {
    expect(await check({}, "falsch")).toMatchObject({ class: "config" });
    expect(await check({ port: 1 })).toMatchObject({ class: "transient" });
    expect(await check({ ignoreTls: false, requireTls: true })).toMatchObject({ class: "config" });
  });
});
