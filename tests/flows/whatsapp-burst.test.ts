import type { ConvexHttpClient } from "convex/browser";
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import type { TestWorkspace } from "../support/product.ts";
import { until } from "../support/until.ts";

// Twenty WhatsApp messages of one second, out of order and some of them twice, as Meta posts them (product.md 2.2 no. 18).

const SECRET = "app-geheim";
const BURST = 20;
/** Meta's times are whole seconds: the burst lies across the end of one, so that half of it has the same time. */
const FIRST_SECOND = Math.floor(Date.now() / 1_000) - 2;
const REPEATED = [0, 3, 9, 10, 11, 19];
/** Held up on its way: it comes when all others are here. */
const LATE = 4;
const paginationOpts = { numItems: 50, cursor: null };

let backend: TestBackend;
let anna: ConvexHttpClient;
let orgId: Id<"organisations">;
let address: string;

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment });
  const made = await backend.client.run("dev/fixtures:createWorkspace", { key: "burst" });
  const workspace = made as unknown as TestWorkspace;
  orgId = workspace.orgId as Id<"organisations">;
  anna = await signInOverHttp(backend.cloudUrl, workspace.members[0]!);
  const connectionId = await anna.mutation(api.connections.accounts.mutations.add, {
    orgId,
    channel: "whatsapp",
    provider: "meta",
    name: "Meta",
    settings: { phoneNumberId: "1" },
    secrets: { accessToken: "EAA", appSecret: SECRET, verifyToken: "bitte" },
    ratePerSecond: 10,
    priceMicros: 0,
    weight: 1,
  });
  const renewed = new URL(await anna.mutation(api.connections.webhooks.mutations.renew, { orgId, connectionId }));
  address = `${backend.siteUrl}${renewed.pathname}`;
});
afterAll(async () => {
  await backend.stop();
});

const secondOf = (index: number) => FIRST_SECOND + (index < BURST / 2 ? 0 : 1);
const textOf = (index: number) => `Nachricht ${index}`;

/** One message as providers.md 13.5 shows it. */
function payloadOf(from: string, index: number): string {
  const message = {
    from,
    id: `wamid.${from}.${index}`,
    timestamp: String(secondOf(index)),
    type: "text",
    text: { body: textOf(index) },
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "493971000", phone_number_id: "1" },
    contacts: [{ profile: { name: "Max Muster" }, wa_id: from }],
    messages: [message],
  };
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "W", changes: [{ field: "messages", value }] }],
  });
}

async function post(from: string, index: number): Promise<number> {
  const body = payloadOf(from, index);
  const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
  const headers = { "Content-Type": "application/json", "X-Hub-Signature-256": signature };
  return (await fetch(address, { method: "POST", headers, body })).status;
}

/** The same mess in every run. */
function shuffled(items: readonly number[]): number[] {
  return items
    .map((item, place) => ({ item, rank: (place * 7_919 + 13) % 101 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

const threads = async () =>
  (await anna.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts })).page;

/** Oldest first. */
async function timeline(threadId: Id<"threads">) {
  const { page } = await anna.query(api.inbox.queries.listMessages, { orgId, threadId, paginationOpts });
  return page.toReversed().filter(({ messageType }) => messageType === "incoming");
}

/** The newest of so many conversations, once it has so many messages. */
async function arrived(count: number, among: number): Promise<Id<"threads">> {
  return await until(`${count} messages`, async () => {
    const [thread, ...others] = await threads();
    if (thread === undefined || others.length < among - 1) return undefined;
    return (await timeline(thread.id)).length >= count ? thread.id : undefined;
  });
}

test("twenty of one second are one conversation, each once, by the time they were written", async () => {
  const from = "4915112345678";
  const atOnce = Array.from({ length: BURST }, (_, index) => index).filter((index) => index !== LATE);
  const posts = shuffled([...atOnce, ...REPEATED]);
  expect(posts.indexOf(19)).toBeLessThan(posts.length - 1);
  const answers = await Promise.all(posts.map((index) => post(from, index)));
  expect(answers.every((status) => status === 200)).toBe(true);
  await arrived(BURST - 1, 1);
  const [before] = await threads();

  await post(from, LATE);
  const threadId = await arrived(BURST, 1);
  const rows = await threads();
  expect(rows).toHaveLength(1);
  const messages = await timeline(threadId);
  expect(messages.map(({ text }) => text).toSorted()).toEqual(
    Array.from({ length: BURST }, (_, index) => textOf(index)).toSorted(),
  );
  const numbers = messages.map(({ text }) => Number(text.split(" ")[1]));
  expect(numbers.map(secondOf)).toEqual(numbers.map(secondOf).toSorted((a, b) => a - b));
  expect(messages.map(({ at }) => at)).toEqual(numbers.map((index) => secondOf(index) * 1_000));
  // Of those of its second, the last to arrive.
  expect(numbers.indexOf(LATE)).toBe(BURST / 2 - 1);
  // The list shows the newest, not the one that was held up; that one is new to the team all the same.
  expect(rows[0]?.lastMessagePreview).toBe(messages.at(-1)?.text);
  expect(rows[0]?.lastMessagePreview).toBe(before?.lastMessagePreview);
  expect(rows[0]?.lastMessageAt).toBeGreaterThan(before?.lastMessageAt ?? Infinity);
  expect(rows[0]?.isUnread).toBe(true);
});

test("those of the same second stay in the order they arrived in", async () => {
  const from = "4915187654321";
  for (const index of [7, 2, 5, 2]) expect(await post(from, index)).toBe(200);
  const threadId = await arrived(3, 2);
  const once = (await timeline(threadId)).map(({ text }) => text);
  expect(once).toEqual([7, 2, 5].map(textOf));
  expect((await threads())[0]?.lastMessagePreview).toBe(textOf(5));
});
