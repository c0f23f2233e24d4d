import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { deviceMessages, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverText, makeInbox, rows } from "../../../tests/support/inbox";
import { errorOf, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function world() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { as, orgId } = inbox;
  const begin = async (opening: Partial<Omit<(typeof api.inbox.conversations.mutations.begin)["_args"], "orgId">>) =>
    await as.mutation(api.inbox.conversations.mutations.begin, {
      orgId,
      person: { kind: "contact", contactId: inbox.contactId },
      channel: "email",
      subject: "Ihr Kurs",
      ...opening,
    });
  return { t, inbox, as, orgId, begin };
}

it("is a conversation of the member's whose first mail has the subject as it is", async () => {
  const { t, inbox, as, orgId, begin } = await world();
  const threadId = await begin({});
  await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Guten Tag", close: false, clientId: "c1" });
  await runJobs(t);
  expect(await deviceMessages(t)).toMatchObject([{ address: "max@example.org", subject: "Ihr Kurs" }]);
  expect(await rows(t, "threads")).toMatchObject([{ assigneeId: inbox.memberId, status: "waiting_customer" }]);
});

it("makes a stranger a contact, and refuses what is no address", async () => {
  const { t, begin } = await world();
  await begin({ person: { kind: "address", address: "Neu@Example.org" } });
  expect((await rows(t, "contacts")).map(({ name }) => name)).toContain("neu@example.org");
  const nobody = begin({ person: { kind: "address", address: "kein" } });
  expect(await errorOf(nobody)).toMatchObject({ code: "invalid" });
  expect(await errorOf(begin({ subject: " " }))).toMatchObject({ code: "invalid", field: "subject" });
});

it("goes on in an open conversation of texts", async () => {
  const { t, inbox, begin } = await world();
  await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "s1" });
  const [known] = await rows(t, "threads");
  expect(await begin({ channel: "sms", subject: "SMS" })).toBe(known?._id);
  expect(await begin({ channel: "whatsapp", subject: "WhatsApp" })).not.toBe(known?._id);
});

it("of texts lies in the number that the customer's answer comes in on", async () => {
  const { t, inbox, begin } = await world();
  const threadId = await begin({ channel: "sms", subject: "SMS" });
  await deliverText(t, inbox, { from: "+4915112345678", text: "Danke", id: "s1" });
  expect(await rows(t, "threads")).toMatchObject([{ _id: threadId, channelId: inbox.smsChannelId }]);
});

it("refuses a contact of another organisation", async () => {
  const { t, begin } = await world();
  const other = await makeOrg(t, "Andere");
  const contactId = await t.run(
    async (ctx) =>
      await ctx.db.insert("contacts", { orgId: other, name: "Fremd", attributes: {}, searchText: "fremd" }),
  );
  const foreign = begin({ person: { kind: "contact", contactId } });
  expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  expect(await rows(t, "threads")).toEqual([]);
});
