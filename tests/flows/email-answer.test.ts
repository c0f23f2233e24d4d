import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { calcomBooking, CUSTOMER, type TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { calcomHeaders, postBooking } from "../support/webhooks.ts";

// The customer answers a delivered message of the journey from her own mail program; Postmark hands the mail over.

// The start that other flows have too: they share one prepared backend.
const START = Date.parse("2026-10-01T08:00:00Z");
const FIRST_DUE = Date.parse("2026-10-17T07:00:00Z");
const paginationOpts = { numItems: 50, cursor: null };

let backend: TestBackend;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment, testClock: { startMs: START } });
  workspace = (await backend.client.run("dev/fixtures:createWorkspace", { key: "mail" })) as unknown as TestWorkspace;
  orgId = workspace.orgId as Id<"organisations">;
});
afterAll(async () => {
  await backend.stop();
});

async function signIn(): Promise<ConvexHttpClient> {
  const [member] = workspace.members;
  if (member === undefined) throw new Error("A workspace without members.");
  return await signInOverHttp(backend.cloudUrl, member);
}

type Answer = { id: string; to: string; subject: string; text: string; parent: string };

/** Postmark's inbound webhook (providers.md section 6). */
async function postAnswer(url: string, secret: string, { id, to, subject, text, parent }: Answer) {
  const mailboxHash = /\+([^@]+)@/.exec(to)?.[1] ?? "";
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa(`postmark:${secret}`)}` },
    body: JSON.stringify({
      FromName: CUSTOMER.name,
      MessageStream: "inbound",
      From: CUSTOMER.email,
      FromFull: { Email: CUSTOMER.email, Name: CUSTOMER.name, MailboxHash: "" },
      To: to,
      ToFull: [{ Email: to, Name: "", MailboxHash: mailboxHash }],
      OriginalRecipient: to,
      Subject: subject,
      MessageID: id,
      MailboxHash: mailboxHash,
      Date: "Sat, 17 Oct 2026 10:00:00 +0200",
      TextBody: `${text}\n\nAm 17.10.2026 um 09:00 schrieb Segelschule Haff <info@mail.example>:\n> Guten Tag Anna Weber,\n`,
      HtmlBody: "",
      Headers: [
        { Name: "Message-ID", Value: `<${id}@mail.example.org>` },
        { Name: "In-Reply-To", Value: `<${parent}>` },
        { Name: "References", Value: `<${parent}>` },
      ],
      Attachments: [],
    }),
  });
  await backend.advanceBy(0);
  return response;
}

/** Threading headers of the newest mail on the customer's device. */
async function newestMail(): Promise<{ messageId: string; replyTo: string | undefined; subject: string }> {
  const row = (await tableRows(backend, "sandboxMessages")).findLast(({ direction }) => direction === "to_customer");
  const { messageId, replyTo, subject } = row ?? {};
  if (typeof messageId !== "string" || typeof subject !== "string") throw new Error("No mail was delivered.");
  return { messageId, replyTo: typeof replyTo === "string" ? replyTo : undefined, subject };
}

test("an answer by e-mail opens a thread; what follows stays in it", async () => {
  const body = calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", {
    startTime: "2026-10-24T07:00:00Z",
    endTime: "2026-10-24T14:00:00Z",
  });
  await postBooking(backend.siteUrl, workspace.calcom.publicId, body, calcomHeaders(workspace.calcom, body));
  await backend.jumpTo(FIRST_DUE);
  const client = await signIn();
  const sent = await newestMail();
  expect(sent.subject).toBe("In einer Woche geht es los: Jollen-Grundkurs");

  const mailbox = (await backend.client.run("intake/jobs:openMailbox", { address: "info@mail.example" })) as {
    postmarkUrl: string;
    secret: string;
  };
  const answer: Answer = {
    id: "73e6d360-66eb-11e1-8e72-a8904824019b",
    to: "info@mail.example",
    subject: `Re: ${sent.subject}`,
    text: "Darf meine Tochter mitkommen?",
    parent: sent.messageId,
  };
  expect((await postAnswer(mailbox.postmarkUrl, "wrong", answer)).status).toBe(401);
  expect(await tableRows(backend, "rawEvents")).toHaveLength(1); // the booking's

  const parallel = [1, 2, 3].map(() => postAnswer(mailbox.postmarkUrl, mailbox.secret, answer));
  expect((await Promise.all(parallel)).map(({ status }) => status)).toEqual([200, 200, 200]);
  const listThreads = async () =>
    (await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts })).page;
  const [thread, ...others] = await listThreads();
  if (thread === undefined) throw new Error("No thread was opened.");
  expect(others).toEqual([]);
  expect(thread).toMatchObject({ contact: { name: CUSTOMER.name }, channel: "email", isUnread: true, isOpen: true });
  const listMessages = async () =>
    (await client.query(api.inbox.queries.listMessages, { orgId, threadId: thread.id, paginationOpts })).page;
  expect(await listMessages()).toMatchObject([
    { messageType: "incoming", senderName: CUSTOMER.name, text: "Darf meine Tochter mitkommen?" },
  ]);
  const [booking] = (await client.query(api.bookings.queries.list, { orgId, view: "upcoming", paginationOpts })).page;
  expect(booking?.people.map(({ contactId }) => contactId)).toEqual([thread.contact?.id]);

  await backend.advanceBy(1_000);
  await client.mutation(api.inbox.mutations.reply, {
    orgId,
    threadId: thread.id,
    text: "Sehr gern, sie ist herzlich willkommen.",
    close: false,
    clientId: "reply-1",
  });
  await backend.advanceBy(10_000);
  expect((await listMessages())[0]).toMatchObject({ messageType: "outgoing", deliveryStatus: "delivered" });

  // She answers to the address of the reply, under another subject: the token and the Message-ID lead back.
  const reply = await newestMail();
  expect(reply.replyTo).toMatch(/^reply\+[a-z0-9]+@mail\.example$/);
  const second = { ...answer, id: "second", to: reply.replyTo ?? "", subject: "Noch etwas", parent: reply.messageId };
  expect((await postAnswer(mailbox.postmarkUrl, mailbox.secret, { ...second, text: "Wunderbar!" })).status).toBe(200);
  expect(await listThreads()).toMatchObject([{ id: thread.id, lastMessagePreview: "Wunderbar!" }]);
  // The other subject is pointed out (product.md 2.1 no. 3).
  expect((await listMessages()).map(({ messageType }) => messageType)).toEqual([
    "system_notification",
    "incoming",
    "outgoing",
    "incoming",
  ]);
});
