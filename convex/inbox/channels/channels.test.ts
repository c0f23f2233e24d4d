import { describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { createConnection } from "../../connections/model";
import { sha256Hex } from "../../lib/crypto";

const FIELDS = {
  channelName: " Hilfe ",
  address: " Support@Haff.example ",
  connectionId: null,
  responseSlaHours: 2,
  businessEntity: "all",
} as const;
const MAILBOX = { channelType: "email_outlook", ...FIELDS } as const;

async function setup() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId);
  const row = async (id: Id<"channels">) => await t.run(async (ctx) => await ctx.db.get("channels", id));
  const actions = async () => {
    const paginationOpts = { numItems: 20, cursor: null };
    return (await as.query(api.audit.queries.list, { orgId, paginationOpts })).page.map(({ action }) => action);
  };
  const add = async (more: object = {}) => await as.mutation(channels.add, { orgId, ...MAILBOX, ...more });
  return { t, orgId, as, row, actions, add };
}

const channels = api.inbox.channels.mutations;
const { remove } = channels;
const mailboxes = api.intake.mailboxes;

describe("a channel", () => {
  it("is added, its address in the form mail is compared by, and recorded", async () => {
    const { as, orgId, add, actions } = await setup();
    const id = await add();
    const shown = { id, channelType: "email_outlook", channelName: "Hilfe", address: "support@haff.example" };
    expect(await as.query(api.connections.queries.channels, { orgId })).toEqual([
      { ...shown, isActive: true, responseSlaHours: 2, businessEntity: "all", hasInboundSecret: false },
    ]);
    expect(await actions()).toEqual(["channel.added"]);
  });

  it("for texts has a number, national ones read by the workspace's country; one number is a channel a type", async () => {
    const { row, add, as, orgId } = await setup();
    const number = { address: "030 123456", channelName: "Büro" };
    const sms = await add({ ...number, channelType: "sms" });
    expect(await row(sms)).toMatchObject({ address: "+4930123456", channelType: "sms" });
    await add({ ...number, channelType: "whatsapp_business" });
    const again = as.mutation(channels.add, { orgId, ...MAILBOX, ...number, channelType: "sms" });
    expect(await errorOf(again)).toMatchObject({ code: "conflict", field: "address" });
    expect(await row(await add({ channelType: "sms", address: "72345" }))).toMatchObject({ address: "72345" });
    expect((await row(await add({ channelType: "phone_call", address: "" })))?.address).toBeUndefined();
  });

  it.each([
    ["without a name", { channelName: "  " }, "channelName"],
    ["with a name like a novel", { channelName: "x".repeat(81) }, "channelName"],
    ["of mail without an address", { address: "" }, "address"],
    ["of mail with a number", { address: "+4930123456" }, "address"],
    ["of texts with a mail address", { channelType: "sms", address: "a@b.example" }, "address"],
    ["with no hours at all", { responseSlaHours: 0 }, "responseSlaHours"],
    ["with more hours than a month has", { responseSlaHours: 721 }, "responseSlaHours"],
    ["with hours that are no number", { responseSlaHours: Number.NaN }, "responseSlaHours"],
  ])("%s is refused with the field", async (_, fields, field) => {
    const { add } = await setup();
    expect(await errorOf(add(fields))).toMatchObject({ code: "invalid", field });
  });

  it("sends through an account of its own kind and organisation", async () => {
    const { t, orgId, row, add } = await setup();
    const other = await makeOrg(t, "Andere");
    const account = (of: Id<"organisations">, channel: "email" | "sms") =>
      inMutation(t, (ctx) => createConnection(ctx, { orgId: of, channel, provider: "sandbox", name: channel }));
    const own = await account(orgId, "email");
    expect(await row(await add({ connectionId: own }))).toMatchObject({ connectionId: own });
    const sms = add({ address: "a@haff.example", connectionId: await account(orgId, "sms") });
    expect(await errorOf(sms)).toMatchObject({ code: "invalid", field: "connectionId" });
    const foreign = add({ address: "a@haff.example", connectionId: await account(other, "email") });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  });

  it("is changed; what is the same stays unsaid; another's address is refused", async () => {
    const { as, orgId, row, add, actions } = await setup();
    const id = await add();
    await add({ address: "info@haff.example" });
    const change = async (more: object) =>
      await as.mutation(channels.change, { orgId, channelId: id, ...FIELDS, ...more });
    await change({});
    expect(await errorOf(change({ address: "info@haff.example" }))).toMatchObject({
      code: "conflict",
      field: "address",
    });
    await change({ channelName: "Service", responseSlaHours: null, businessEntity: "laderthuis" });
    expect(await row(id)).toMatchObject({ channelName: "Service", businessEntity: "laderthuis" });
    expect((await row(id))?.responseSlaHours).toBeUndefined();
    expect(await actions()).toEqual(["channel.changed", "channel.added", "channel.added"]);
  });

  it("belongs to its organisation and its admins", async () => {
    const { t, orgId, add } = await setup();
    const channelId = await add();
    const { as: agent } = await makeMember(t, orgId, "agent");
    expect(await errorOf(agent.mutation(channels.setActive, { orgId, channelId, isActive: false }))).toMatchObject({
      code: "forbidden",
    });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    const calls = [
      () => stranger.mutation(channels.change, { orgId: other, channelId, ...FIELDS }),
      () => stranger.mutation(channels.setActive, { orgId: other, channelId, isActive: false }),
      () => stranger.mutation(mailboxes.mutations.renewSecret, { orgId: other, channelId }),
      () => stranger.mutation(remove, { orgId: other, channelId }),
    ];
    for (const call of calls) expect(await errorOf(call())).toMatchObject({ code: "not_found" });
  });
});

describe("the inbound address of a mailbox", () => {
  it("shows its secret once and is known as set afterwards", async () => {
    const { as, orgId, row, add, actions } = await setup();
    const channelId = await add();
    const addresses = await as.query(mailboxes.queries.addresses, { orgId, channelId });
    expect(addresses.postmarkUrl).toContain(`/hooks/email/postmark/${channelId}`);
    const first = await as.mutation(mailboxes.mutations.renewSecret, { orgId, channelId });
    const second = await as.mutation(mailboxes.mutations.renewSecret, { orgId, channelId });
    expect(second).not.toBe(first);
    expect((await row(channelId))?.inboundSecretHash).toBe(await sha256Hex(second));
    const list = await as.query(api.connections.queries.channels, { orgId });
    expect(list).toMatchObject([{ hasInboundSecret: true }]);
    expect(JSON.stringify(list)).not.toContain(await sha256Hex(second));
    expect(await actions()).toEqual(["channel.secret_renewed", "channel.secret_renewed", "channel.added"]);
  });

  it("is for mail only", async () => {
    const { as, orgId, add } = await setup();
    const channelId = await add({ channelType: "sms", address: "" });
    expect(await errorOf(as.mutation(mailboxes.mutations.renewSecret, { orgId, channelId }))).toMatchObject({
      code: "invalid",
    });
  });
});

describe("a channel that is not wanted any more", () => {
  async function used() {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as, emailChannelId: channelId } = inbox;
    const setActive = (isActive: boolean) => as.mutation(channels.setActive, { orgId, channelId, isActive });
    const post = async (text: string) => {
      const body = mail({ ...MAX_MAIL, "Message-ID": `<${text}@x>` }, text);
      const headers = { Authorization: `Basic ${btoa("mail:hook-secret")}`, "Content-Type": "message/rfc822" };
      return (await t.fetch(`/hooks/email/raw/${channelId}`, { method: "POST", headers, body })).status;
    };
    return { t, inbox, orgId, as, channelId, setActive, post };
  }

  it("is removed while nothing lies in it, with its automatic answer", async () => {
    const { t, as, orgId, row, add, actions } = await setup();
    const channelId = await add();
    const texts = [{ language: "de" as const, text: "Bis morgen." }];
    const response = { isEnabled: true, calendarId: null, texts };
    await as.mutation(api.inbox.autoResponses.mutations.set, { orgId, channelId, ...response });
    await as.mutation(remove, { orgId, channelId });
    expect(await row(channelId)).toBeNull();
    expect(await t.run(async (ctx) => await ctx.db.query("autoResponses").take(1))).toEqual([]);
    expect((await actions())[0]).toBe("channel.removed");
    await add();
  });

  it("stays while a conversation lies in it, closed ones too", async () => {
    const { t, inbox, orgId, as, channelId } = await used();
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const refusal = async () => await errorOf(as.mutation(remove, { orgId, channelId }));
    expect(await refusal()).toMatchObject({ code: "conflict" });
    await t.run(async (ctx) => {
      const [thread] = await ctx.db.query("threads").take(1);
      await ctx.db.patch("threads", thread!._id, { isOpen: false, status: "closed" } satisfies Partial<Doc<"threads">>);
    });
    expect(await refusal()).toMatchObject({ code: "conflict" });
    vi.useRealTimers();
  });

  it("stays while somebody's view is narrowed to it", async () => {
    const { t, as, orgId, add } = await setup();
    const channelId = await add();
    const { memberId } = await makeMember(t, orgId, "agent");
    const scope = { channelIds: [channelId], teamIds: [] };
    await t.run(async (ctx) => await ctx.db.patch("members", memberId, { scope }));
    expect(await errorOf(as.mutation(remove, { orgId, channelId }))).toMatchObject({ code: "conflict" });
  });

  it("stays while a rule names it", async () => {
    const { t, as, orgId, add } = await setup();
    const channelId = await add();
    const { memberId } = await makeMember(t, orgId, "agent");
    const target = { kind: "member" as const, memberId };
    const rule = { name: "Hilfe", conditions: { channelId }, target };
    const ruleId = await as.mutation(api.inbox.assignment.mutations.createRule, { orgId, ...rule });
    expect(await errorOf(as.mutation(remove, { orgId, channelId }))).toMatchObject({ code: "conflict" });
    await as.mutation(api.inbox.assignment.mutations.removeRule, { orgId, ruleId });
    await as.mutation(remove, { orgId, channelId });
  });

  it("takes in mail while it is switched off, and answers nothing by itself", async () => {
    const { t, orgId, as, channelId, setActive, post } = await used();
    await setActive(false);
    expect(await post("Trotzdem")).toBe(200);
    expect(
      (await as.query(api.connections.queries.channels, { orgId })).find(({ id }) => id === channelId),
    ).toMatchObject({ isActive: false });
    expect(await t.run(async (ctx) => (await ctx.db.query("rawEvents").take(5)).length)).toBe(1);
    await setActive(true);
    await setActive(true);
    const paginationOpts = { numItems: 20, cursor: null };
    const entries = (await as.query(api.audit.queries.list, { orgId, paginationOpts })).page;
    expect(entries.map(({ action }) => action)).toEqual(["channel.enabled", "channel.disabled"]);
    vi.useRealTimers();
  });
});
