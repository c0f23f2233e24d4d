import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, inMutation, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { pruneRawEvents, storeRawEvent } from "../../intake/model";
import { DAY_MS } from "../../lib/time";
import { purgeMessage } from "../retention/model";

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

const RAW = mail({ ...MAX_MAIL, "Authentication-Results": "mx; dmarc=pass" }, "Guten Tag");

const incoming = async () => (await rows(t, "messages")).find(({ messageType }) => messageType === "incoming")!;
const original = async () =>
  await inbox.as.query(api.inbox.originals.queries.get, { orgId: inbox.orgId, messageId: (await incoming())._id });

it("a mail's original is there for whoever reads the conversation, until its time is over", async () => {
  await deliverMail(t, inbox, RAW);
  expect(await original()).toEqual({
    isMime: true,
    receivedAt: NOON,
    sizeBytes: RAW.length,
    isBeginning: false,
    url: null,
    text: RAW,
  });
  await inMutation(t, (ctx) => pruneRawEvents(ctx, NOON + 31 * DAY_MS));
  expect(await original()).toBeNull();
});

it("it goes with the message's texts, and a provider that repeats it brings nothing back", async () => {
  await deliverMail(t, inbox, RAW);
  const message = await incoming();
  await inMutation(t, (ctx) => purgeMessage(ctx, message, NOON));
  expect((await incoming()).rawEventId).toBeUndefined();
  expect(await original()).toBeNull();
  expect((await rows(t, "rawEvents")).map(({ body }) => body)).toEqual([{ kind: "text", text: "" }]);
  await deliverMail(t, inbox, RAW);
  expect(await rows(t, "messages")).toHaveLength(1);
});

it("it goes with the file it lies in", async () => {
  const large = mail(MAX_MAIL, "x".repeat(400_000));
  const storageId = await t.run(async (ctx) => await ctx.storage.store(new Blob([large])));
  await inMutation(t, (ctx) =>
    storeRawEvent(ctx, {
      orgId: inbox.orgId,
      kind: "email_raw",
      sourceId: inbox.emailChannelId,
      dedupeKey: "large",
      body: { kind: "file", storageId, sizeBytes: large.length },
    }),
  );
  await runJobs(t);
  const message = await incoming();
  await inMutation(t, (ctx) => purgeMessage(ctx, message, NOON));
  expect(await t.run(async (ctx) => await ctx.storage.getUrl(storageId))).toBeNull();
});

it("another workspace does not see it", async () => {
  await deliverMail(t, inbox, RAW);
  const other = await makeOrg(t, "Other");
  const { as } = await makeMember(t, other, "admin", "stranger");
  const messageId = (await incoming())._id;
  await expect(as.query(api.inbox.originals.queries.get, { orgId: other, messageId })).rejects.toThrow("not exist");
});

it("what a provider posted is written out once, without its proof, and goes with its event", async () => {
  const fields = {
    token: "geheim",
    recipient: "info@haff.example",
    "message-headers": JSON.stringify([
      ["From", "Max Muster <max@example.org>"],
      ["Message-ID", "<m1@example.org>"],
    ]),
    "body-plain": "Guten Tag",
  };
  const form = Object.entries(fields)
    .map(([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join("");
  const body = `${form}--B--\r\n`;
  const storageId = await t.run(async (ctx) => await ctx.storage.store(new Blob([body])));
  await inMutation(t, (ctx) =>
    storeRawEvent(ctx, {
      orgId: inbox.orgId,
      kind: "email_mailgun",
      sourceId: inbox.emailChannelId,
      dedupeKey: "one",
      body: { kind: "file", storageId, sizeBytes: body.length },
    }),
  );
  await runJobs(t);
  const [event] = await rows(t, "rawEvents");
  const written = event!.original!;
  expect(written.isMime).toBe(false);
  const source = await t.run(async (ctx) => await (await ctx.storage.get(written.storageId))!.text());
  expect(source).toContain("Guten Tag");
  expect(source).not.toContain("geheim");
  expect(await original()).toMatchObject({ isMime: false, text: null, url: expect.any(String) as string });
  await inMutation(t, (ctx) => pruneRawEvents(ctx, NOON + 31 * DAY_MS));
  expect(await t.run(async (ctx) => await ctx.storage.getUrl(written.storageId))).toBeNull();
});
