import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, inMutation } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { purgeThread } from "../retention/model";

const FIELD = { label: "Bootstyp", kind: "choice" as const, options: ["Jolle", "Yacht"], isArchived: false };

let t: ReturnType<typeof setupConvex>;
let inbox: Inbox;
let threadId: Id<"threads">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  threadId = (await rows(t, "threads"))[0]!._id;
  await inbox.as.mutation(api.contacts.fields.mutations.save, { orgId: inbox.orgId, subject: "thread", ...FIELD });
});
afterEach(() => vi.useRealTimers());

const change = async (fields: object, as: Inbox["as"] = inbox.as) =>
  await as.mutation(api.inbox.mutations.change, { orgId: inbox.orgId, threadId, ...fields });
const detail = async () => await inbox.as.query(api.inbox.queries.getThread, { orgId: inbox.orgId, threadId });

it("keeps references and attributes, finds the conversation by a reference and writes down what changed", async () => {
  await change({ externalReferences: { erp: " 4711 ", jira: "" }, attributes: { bootstyp: "Jolle", gate: 3 } });
  expect(await detail()).toMatchObject({
    externalReferences: { erp: "4711" },
    attributes: { bootstyp: "Jolle", gate: 3 },
  });
  await change({ attributes: { gate: null } });
  expect((await detail()).attributes).toEqual({ bootstyp: "Jolle" });
  const found = await inbox.as.query(api.inbox.queries.searchThreads, { orgId: inbox.orgId, text: "4711" });
  expect(found.map(({ id }) => id)).toEqual([threadId]);
  const changes = (await rows(t, "auditEntries")).filter(({ action }) => action === "thread.changed");
  expect(changes.map(({ details }) => details?.["fields"])).toEqual(["externalReferences, attributes", "attributes"]);
});

it("holds values of the organisation's fields to their kind and refuses names it cannot keep", async () => {
  const failing = async (fields: object) => await errorOf(change(fields));
  expect(await failing({ attributes: { bootstyp: "Floß" } })).toMatchObject({ field: "attributes.bootstyp" });
  expect(await failing({ attributes: { "two words": "1" } })).toMatchObject({ field: "attributes" });
  expect(await failing({ externalReferences: { "two words": "1" } })).toMatchObject({ field: "externalReferences" });
  const viewer = await makeMember(t, inbox.orgId, "viewer", "vera");
  expect(await errorOf(change({ attributes: { bootstyp: "Jolle" } }, viewer.as))).toMatchObject({ code: "forbidden" });
  expect((await detail()).attributes).toEqual({});
});

it("keeps fields of contacts and of conversations apart, though they are called the same", async () => {
  const { orgId, as } = inbox;
  const asContact = { ...FIELD, kind: "text" as const, options: [] };
  await as.mutation(api.contacts.fields.mutations.save, { orgId, ...asContact });
  const kinds = async (subject?: "thread") =>
    (await as.query(api.contacts.fields.queries.list, { orgId, subject })).map(({ kind }) => kind);
  expect([await kinds(), await kinds("thread")]).toEqual([["text"], ["choice"]]);
});

it("goes along into the conversation it is merged with, whose own say stays, and ends with the texts", async () => {
  await change({ externalReferences: { erp: "1", crm: "A" }, attributes: { bootstyp: "Jolle", gate: 3 } });
  await deliverMail(
    t,
    inbox,
    mail({ ...MAX_MAIL, "Message-ID": "<other@example.org>", Subject: "Anderes" }, "Noch was"),
  );
  const other = (await rows(t, "threads")).find(({ _id }) => _id !== threadId)!._id;
  const own = { externalReferences: { erp: "2" }, attributes: { bootstyp: "Yacht" } };
  await inbox.as.mutation(api.inbox.mutations.change, { orgId: inbox.orgId, threadId: other, ...own });
  await inbox.as.mutation(api.inbox.merges.mutations.merge, {
    orgId: inbox.orgId,
    sourceIds: [threadId],
    targetId: other,
  });
  const joined = (await rows(t, "threads")).find(({ _id }) => _id === other)!;
  expect(joined).toMatchObject({
    externalReferences: { erp: "2", crm: "A" },
    attributes: { bootstyp: "Yacht", gate: 3 },
  });
  await inMutation(t, async (ctx) => await purgeThread(ctx, joined, Date.now()));
  expect((await rows(t, "threads")).find(({ _id }) => _id === other)?.attributes).toBeUndefined();
});
