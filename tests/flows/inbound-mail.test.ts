import { createHmac } from "node:crypto";
import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startStub, type Stub } from "../adapters/stub-server.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import type { TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";

// Customers' mails through Resend, SendGrid and Mailgun, over HTTP from their webhook to the open inbox.

const START = Date.parse("2026-10-01T08:00:00Z");
const SECONDS = String(START / 1_000);
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
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", {
    key: "mail",
  })) as unknown as TestWorkspace;
  orgId = workspace.orgId as Id<"organisations">;
  const [member] = workspace.members;
  if (member === undefined) throw new Error("A workspace without members.");
  client = await signInOverHttp(backend.cloudUrl, member);
});
beforeEach(() => stub.answer({ status: 404, body: {} }));
afterAll(async () => {
  await backend.stop();
  await stub.stop();
});

type Account = {
  provider: "resend" | "sendgrid" | "mailgun";
  secrets: Record<string, string>;
  settings?: Record<string, string>;
};

/** Adds an account as an admin does, and returns the address its provider is told. */
async function hookOf({ provider, secrets, settings = {} }: Account): Promise<string> {
  const connectionId = await client.mutation(api.connections.accounts.mutations.add, {
    orgId,
    channel: "email",
    provider,
    name: provider,
    settings: { fromAddress: "info@mail.example", baseUrl: stub.url, ...settings },
    secrets: { apiKey: "geheim", ...secrets },
    ratePerSecond: 10,
    priceMicros: 0,
    weight: 1,
  });
  return await client.mutation(api.connections.webhooks.mutations.renew, { orgId, connectionId });
}

/** Three times at once, as impatient providers do; then everything due runs. */
async function postThrice(url: string, request: () => { headers?: Record<string, string>; body: string | FormData }) {
  const answers = await Promise.all([1, 2, 3].map(() => fetch(url, { method: "POST", ...request() })));
  // Events of one source wait a moment for others.
  await backend.advanceBy(100);
  return answers.map(({ status }) => status);
}

const mailFrom = (name: string, more: readonly string[] = []) => [
  `From: ${name} <${name.toLowerCase()}@mail.example.org>`,
  "To: info@mail.example",
  `Subject: Anfrage von ${name}`,
  `Message-ID: <${name}@mail.example.org>`,
  "Date: Thu, 01 Oct 2026 08:00:00 +0000",
  ...more,
];
const rawMail = (name: string) =>
  [
    ...mailFrom(name, ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"']),
    "",
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "",
    `Grüße von ${name}`,
    "--b",
    'Content-Type: text/csv; name="liste.csv"',
    'Content-Disposition: attachment; filename="liste.csv"',
    "",
    "a;b",
    "--b--",
    "",
  ].join("\r\n");

/** The thread of a customer, with its messages. */
async function threadOf(name: string) {
  const { page } = await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts });
  const threads = page.filter(({ contact }) => contact?.name === name);
  const messages = await Promise.all(
    threads.map(
      async ({ id }) =>
        (await client.query(api.inbox.queries.listMessages, { orgId, threadId: id, paginationOpts })).page,
    ),
  );
  return { threads, messages: messages.flat() };
}

/** One thread with one message and its file, whatever way it came. */
async function expectMail(name: string) {
  const { threads, messages } = await threadOf(name);
  expect(threads).toMatchObject([{ subject: `Anfrage von ${name}`, channel: "email", isOpen: true, isUnread: true }]);
  expect(messages).toMatchObject([
    { messageType: "incoming", senderName: name, text: `Grüße von ${name}`, files: [{ name: "liste.csv" }] },
  ]);
  const [file] = messages[0]?.files ?? [];
  expect(await (await fetch(file?.url ?? "")).text()).toMatch(/^a;b/);
}

const rawKinds = async (): Promise<string[]> =>
  (await tableRows(backend, "rawEvents")).map(
    ({ kind, state }) => `${kind as string} ${(state as { kind: string }).kind}`,
  );

describe("a customer's mail", () => {
  test("through Resend is fetched once and opens a thread", async () => {
    const secret = Buffer.from("resend-geheim").toString("base64");
    const url = await hookOf({ provider: "resend", secrets: { webhookSecret: `whsec_${secret}` } });
    stub.answer(({ path }) =>
      path === "/emails/receiving/r-1"
        ? { body: { raw: { download_url: `${stub.url}/raw` } } }
        : { body: rawMail("Rosa") },
    );
    const body = JSON.stringify({
      type: "email.received",
      created_at: "2026-10-01T08:00:00Z",
      data: { email_id: "r-1" },
    });
    const sign = (key: string) => {
      const signature = createHmac("sha256", Buffer.from(key, "base64"))
        .update(`msg_1.${SECONDS}.${body}`)
        .digest("base64");
      return { "svix-id": "msg_1", "svix-timestamp": SECONDS, "svix-signature": `v1,${signature}` };
    };
    expect(await postThrice(url, () => ({ headers: sign("d3Jvbmc="), body }))).toEqual([401, 401, 401]);
    expect(await rawKinds()).toEqual([]);
    expect(await postThrice(url, () => ({ headers: sign(secret), body }))).toEqual([200, 200, 200]);
    await expectMail("Rosa");
    expect(stub.requests.map(({ path }) => path)).toEqual(["/emails/receiving/r-1", "/raw"]);
    expect((await rawKinds()).sort()).toEqual([
      "email_raw processed",
      "mail_fetch processed",
      "provider_webhook processed",
    ]);
  });

  test("through SendGrid's Inbound Parse opens a thread, raw or parsed", async () => {
    const url = await hookOf({ provider: "sendgrid", secrets: {} });
    const raw = () => {
      const form = new FormData();
      form.append("email", rawMail("Sina"));
      return { body: form };
    };
    expect(await postThrice(url, raw)).toEqual([200, 200, 200]);
    await expectMail("Sina");
    const parsed = () => {
      const form = new FormData();
      form.append("headers", mailFrom("Sven").join("\n"));
      form.append("text", "Grüße von Sven");
      form.append("charsets", JSON.stringify({ text: "utf-8" }));
      form.append("attachment1", new Blob(["a;b"], { type: "text/csv" }), "liste.csv");
      return { body: form };
    };
    expect(await postThrice(url, parsed)).toEqual([200, 200, 200]);
    await expectMail("Sven");
    expect((await fetch(`${url}x`, { method: "POST", ...raw() })).status).toBe(401);
  });

  test("through Mailgun's routes opens a thread, forwarded or stored", async () => {
    const key = "mailgun-geheim";
    const settings = { domain: "mail.example" };
    const url = await hookOf({ provider: "mailgun", secrets: { webhookSigningKey: key }, settings });
    const form = (token: string, fields: Record<string, string | Blob>, signingKey = key) => {
      const body = new FormData();
      const signature = createHmac("sha256", signingKey)
        .update(SECONDS + token)
        .digest("hex");
      for (const [name, value] of Object.entries({ timestamp: SECONDS, token, signature, ...fields })) {
        if (typeof value === "string") body.append(name, value);
        else body.append(name, value, "liste.csv");
      }
      return { body };
    };
    const pairs = mailFrom("Mona").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
    const parsed = {
      recipient: "info@mail.example",
      "message-headers": JSON.stringify(pairs),
      "body-plain": "Grüße von Mona",
      "attachment-1": new Blob(["a;b"], { type: "text/csv" }),
    };
    expect(await postThrice(url, () => form("one", parsed, "wrong"))).toEqual([401, 401, 401]);
    expect(await postThrice(url, () => form("one", parsed))).toEqual([200, 200, 200]);
    await expectMail("Mona");
    // Another mail under a signature seen before is a replay.
    expect(await postThrice(url, () => form("one", { "body-mime": rawMail("Mallory") }))).toEqual([200, 200, 200]);
    expect((await threadOf("Mallory")).threads).toEqual([]);
    expect(await postThrice(`${url}/mime`, () => form("two", { "body-mime": rawMail("Milo") }))).toEqual([
      200, 200, 200,
    ]);
    await expectMail("Milo");
    stub.answer({ body: { "body-mime": rawMail("Mika") } });
    const stored = { "message-url": `${stub.url}/v3/domains/m/messages/x`, "body-plain": "Grüße" };
    expect(await postThrice(url, () => form("three", stored))).toEqual([200, 200, 200]);
    await expectMail("Mika");
    expect(stub.requests).toHaveLength(1);
  });

  test("that is too large, or is none, is kept with the reason", async () => {
    const url = await hookOf({
      provider: "mailgun",
      secrets: { webhookSigningKey: "k" },
      settings: { domain: "m.example" },
    });
    const form = new FormData();
    form.append("body-mime", "x".repeat(18 * 1024 * 1024 + 1));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(406);
    const sendgrid = await hookOf({ provider: "sendgrid", secrets: {} });
    const headers = { "Content-Type": "multipart/form-data; boundary=B" };
    expect(await postThrice(sendgrid, () => ({ headers, body: "--B\r\ncut" }))).toEqual([200, 200, 200]);
    const rejected = (await tableRows(backend, "rawEvents")).filter(
      ({ state }) => (state as { kind: string }).kind === "rejected",
    );
    const facts = rejected.map(({ kind, state }) => [kind, (state as { reason: string }).reason]);
    expect(Object.fromEntries(facts)).toEqual({
      email_mailgun: expect.stringContaining("at most") as string,
      email_sendgrid: "The form is cut off.",
    });
  });
});
