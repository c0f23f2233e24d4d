import { createHmac } from "node:crypto";
import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startStub, type Stub } from "../adapters/stub-server.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import type { TestWorkspace } from "../support/product.ts";

// Mails of many MB, over HTTP: whole where we fetch them, else with what is known of them; never without a word.

const START = Date.parse("2026-10-01T08:00:00Z");
const SECONDS = String(START / 1_000);
const MB = 1024 * 1024;
const RESEND_SECRET = Buffer.from("resend-geheim").toString("base64");
const paginationOpts = { numItems: 50, cursor: null };

let backend: TestBackend;
let stub: Stub;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({
    project: PROJECT_DIR,
    environment: { ...environment, WEBHOOKS_ALLOW_LOOPBACK: "true" },
    testClock: { startMs: START },
  });
  stub = await startStub();
  const made = await backend.client.run("dev/fixtures:createWorkspace", { key: "large" });
  const workspace = made as unknown as TestWorkspace;
  orgId = workspace.orgId as Id<"organisations">;
  client = await signInOverHttp(backend.cloudUrl, workspace.members[0]!);
});
afterAll(async () => {
  await backend.stop();
  await stub.stop();
});

/** A mail with a file, `size` bytes long altogether or a little more. */
function largeMail(name: string, size: number): string {
  const head = [
    `From: ${name} <${name.toLowerCase()}@mail.example.org>`,
    "To: info@large.example",
    `Subject: Bilder von ${name}`,
    `Message-ID: <${name}@mail.example.org>`,
    "Date: Thu, 01 Oct 2026 08:00:00 +0000",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "",
    `Anbei, ${name}`,
    "--b",
    'Content-Type: application/pdf; name="bilder.pdf"',
    'Content-Disposition: attachment; filename="bilder.pdf"',
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ].join("\r\n");
  const line = `${"QUJD".repeat(19)}\r\n`;
  return `${head}${line.repeat(Math.ceil(size / line.length))}--b--\r\n`;
}

/** The one conversation of a customer: its messages, oldest first. */
async function talkWith(name: string) {
  const { page } = await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts });
  const [thread, ...others] = page.filter(({ subject }) => subject === `Bilder von ${name}`);
  expect(others).toEqual([]);
  expect(thread).toMatchObject({ isOpen: true, isUnread: true });
  const asked = { orgId, threadId: thread!.id, paginationOpts };
  return (await client.query(api.inbox.queries.listMessages, asked)).page.toReversed();
}

async function accountAt(
  provider: "resend" | "mailgun" | "sendgrid",
  secrets: Record<string, string>,
): Promise<string> {
  const connectionId = await client.mutation(api.connections.accounts.mutations.add, {
    orgId,
    channel: "email",
    provider,
    name: provider,
    settings: {
      fromAddress: "info@large.example",
      baseUrl: stub.url,
      ...(provider === "mailgun" ? { domain: "large.example" } : {}),
    },
    secrets: { apiKey: "geheim", ...secrets },
    ratePerSecond: 10,
    priceMicros: 0,
    weight: 1,
  });
  return await client.mutation(api.connections.webhooks.mutations.renew, { orgId, connectionId });
}

/** Resend says that a mail is there; it gives `raw` when asked. */
async function throughResend(url: string, id: string, raw: string): Promise<void> {
  stub.answer(({ path }) =>
    path === `/emails/receiving/${id}` ? { body: { raw: { download_url: `${stub.url}/raw/${id}` } } } : { body: raw },
  );
  const body = JSON.stringify({ type: "email.received", created_at: "2026-10-01T08:00:00Z", data: { email_id: id } });
  const signature = createHmac("sha256", Buffer.from(RESEND_SECRET, "base64"))
    .update(`msg_${id}.${SECONDS}.${body}`)
    .digest("base64");
  const headers = { "svix-id": `msg_${id}`, "svix-timestamp": SECONDS, "svix-signature": `v1,${signature}` };
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
  await backend.advanceBy(100);
}

test("raw, more than we take of a request: the conversation says who wrote, and that the rest is not here", async () => {
  const mailbox = await backend.client.run("intake/jobs:openMailbox", { address: "info@large.example" });
  const { rawEmailUrl, secret } = mailbox as unknown as { rawEmailUrl: string; secret: string };
  const address = `${backend.siteUrl}${new URL(rawEmailUrl).pathname}/${secret}`;
  const post = async (name: string, size: number) => {
    const headers = { "Content-Type": "message/rfc822" };
    return (await fetch(address, { method: "POST", body: largeMail(name, size), headers })).status;
  };
  // The relay tries again; that is one conversation and one word all the same.
  expect([await post("Rita", 19 * MB), await post("Rita", 19 * MB)]).toEqual([403, 403]);
  await backend.advanceBy(1_000);
  expect(await talkWith("Rita")).toMatchObject([
    { messageType: "incoming", senderAddress: "rita@mail.example.org", files: [] },
    { messageType: "system_notification", text: expect.stringContaining("19 MB zu groß") as string },
  ]);
  // Beyond what the platform lets through its relay is told so: it keeps the mail, and its sender hears of it.
  expect(await post("Rudi", 30 * MB)).toBe(413);
});

/** A form as SendGrid posts a mail it has taken apart; its separator differs each time. */
function sendgridForm(
  name: string,
  separator: string,
  size: number,
): { headers: Record<string, string>; body: string } {
  const fields = { headers: largeMail(name, 0).split("\r\n\r\n")[0] ?? "", from: `${name} <x@mail.example.org>` };
  const parts = Object.entries({ ...fields, attachment1: "A".repeat(size) }).map(
    ([field, value]) => `--${separator}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const headers = { "Content-Type": `multipart/form-data; boundary=${separator}` };
  return { headers, body: `${parts.join("")}--${separator}--\r\n` };
}

test("forms of SendGrid and Mailgun, more than we take of a request, are announced once", async () => {
  const posted = async (url: string, form: { headers: Record<string, string>; body: string }) =>
    (await fetch(url, { method: "POST", ...form })).status;
  const sendgrid = await accountAt("sendgrid", {});
  const twice = [
    await posted(sendgrid, sendgridForm("Sina", "one", 19 * MB)),
    await posted(sendgrid, sendgridForm("Sina", "two", 19 * MB)),
  ];
  expect(twice).toEqual([413, 413]);
  const mailgun = await accountAt("mailgun", { webhookSigningKey: "geheim" });
  const fields = { recipient: "info@large.example", sender: "mara@mail.example.org", subject: "Bilder von Mara" };
  const parts = Object.entries({
    ...fields,
    from: "Mara <mara@mail.example.org>",
    "attachment-1": "A".repeat(19 * MB),
  });
  const body = parts.map(([n, v]) => `--x\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n${v}\r\n`).join("");
  expect(await posted(mailgun, { headers: { "Content-Type": "multipart/form-data; boundary=x" }, body })).toBe(406);
  await backend.advanceBy(1_000);
  for (const name of ["Sina", "Mara"]) {
    expect(await talkWith(name)).toMatchObject([
      { messageType: "incoming", senderAddress: `${name.toLowerCase()}@mail.example.org`, files: [] },
      { messageType: "system_notification", text: expect.stringContaining("MB zu groß") as string },
    ]);
  }
});

test("30 MB that Resend keeps are here whole, with their file", async () => {
  const url = await accountAt("resend", { webhookSecret: `whsec_${RESEND_SECRET}` });
  await throughResend(url, "r-30", largeMail("Rosa", 30 * MB));
  const [message, ...more] = await talkWith("Rosa");
  expect(more).toEqual([]);
  expect(message).toMatchObject({ text: "Anbei, Rosa", files: [{ name: "bilder.pdf" }] });
  const [file] = message?.files ?? [];
  expect(file?.sizeBytes).toBeGreaterThan(20 * MB);
  expect((await (await fetch(file?.url ?? "")).arrayBuffer()).byteLength).toBe(file?.sizeBytes);
});

test("more than 40 MB that Resend keeps are announced, not lost", async () => {
  const url = await accountAt("resend", { webhookSecret: `whsec_${RESEND_SECRET}` });
  await throughResend(url, "r-41", largeMail("Rolf", 41 * MB));
  expect(await talkWith("Rolf")).toMatchObject([
    { messageType: "incoming", senderAddress: "rolf@mail.example.org" },
    { messageType: "system_notification", text: expect.stringContaining("MB zu groß") as string },
  ]);
});

test("more than 40 MB that Mailgun keeps are announced, not lost", async () => {
  const key = "mailgun-geheim";
  const url = await accountAt("mailgun", { webhookSigningKey: key });
  stub.answer({ body: { "body-mime": largeMail("Mona", 41 * MB) } });
  const signature = createHmac("sha256", key).update(`${SECONDS}one`).digest("hex");
  const form = new FormData();
  const fields = { timestamp: SECONDS, token: "one", signature, "message-url": `${stub.url}/stored/1` };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  expect((await fetch(url, { method: "POST", body: form })).status).toBe(200);
  await backend.advanceBy(100);
  expect(await talkWith("Mona")).toMatchObject([
    { messageType: "incoming", senderAddress: "mona@mail.example.org" },
    { messageType: "system_notification", text: expect.stringContaining("MB zu groß") as string },
  ]);
});
