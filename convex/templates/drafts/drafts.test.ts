import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";

const { get, list, versions } = api.templates.drafts.queries;
const { discard, duplicate, publish, restore, save, setIdentity, start } = api.templates.drafts.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const IDENTITY: Omit<(typeof start)["_args"], "orgId"> = {
  name: "Erinnerung",
  category: "follow_up",
  channelType: "sms",
  businessEntity: "all",
  locale: "de-AT",
  threadTypes: [],
};
const TEXT = { subject: "", body: "Hallo {{firstName}}", layout: "agent_reply", variables: [] } as const;
const text = (body: string) => ({ ...TEXT, variables: [], body });

async function workspace() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId, "marketer");
  const templateId = await as.mutation(start, { orgId, ...IDENTITY });
  return { t, orgId, as, templateId };
}
const FIRST_PAGE = { numItems: 10, cursor: null };

describe("drafts of templates", () => {
  it("take a text from nothing to live, beside what is live", async () => {
    const { t, orgId, as, templateId } = await workspace();
    expect(await as.query(get, { orgId, templateId })).toMatchObject({ state: "draft", version: null });
    const unready = { orgId, templateId, base: text(""), text: text("Hallo {{first") };
    expect(await as.mutation(save, unready)).toMatchObject({ body: "Hallo {{first" });
    const unfinished = as.mutation(publish, { orgId, templateId, revision: 2 });
    expect(await errorOf(unfinished)).toMatchObject({ code: "invalid", field: "body" });
    await as.mutation(save, { ...unready, base: text("Hallo {{first"), text: text("Hallo {{firstName}}") });
    await as.mutation(publish, { orgId, templateId, revision: 3 });
    expect(await as.query(get, { orgId, templateId })).toMatchObject({
      state: "active",
      hasDraft: false,
      draft: null,
      version: { number: 1, variables: [{ name: "firstName", fallback: "" }] },
    });
    await as.mutation(save, { orgId, templateId, base: text("Hallo {{firstName}}"), text: text("Neu") });
    expect(await as.query(get, { orgId, templateId })).toMatchObject({
      hasDraft: true,
      draft: { body: "Neu", updatedByName: "marketer" },
      version: { body: "Hallo {{firstName}}" },
    });
    const audited = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(10));
    expect(audited.map(({ action }) => action)).toEqual(["template.created", "template.published"]);
  });

  it("keep what both changed, and throw nothing away that was not seen", async () => {
    const { t, orgId, as, templateId } = await workspace();
    const { as: ben } = await makeMember(t, orgId, "manager", "Ben");
    const ids = { orgId, templateId };
    const first = await as.mutation(save, { ...ids, base: text(""), text: text("Hallo Max, bis morgen.") });
    await as.mutation(save, { ...ids, base: first, text: { ...first, body: "Hallo Max, bis morgen um neun." } });
    const both = await ben.mutation(save, {
      ...ids,
      base: first,
      text: { ...first, subject: "Morgen", body: "Moin Max, bis morgen." },
    });
    expect(both).toMatchObject({ subject: "Morgen", body: "Moin Max, bis morgen um neun." });
    const { draft } = await as.query(get, ids);
    expect(draft).toMatchObject({ ...both, revision: 4, updatedByName: "Ben" });
    expect(await errorOf(as.mutation(discard, { ...ids, revision: 4 }))).toMatchObject({ code: "invalid" });
    // Published is what is there, with what Ben wrote since it was last looked at.
    await as.mutation(publish, { ...ids, revision: 3 });
    expect((await as.query(get, ids)).version?.body).toBe("Moin Max, bis morgen um neun.");
    await ben.mutation(save, { ...ids, base: both, text: { ...both, body: "Neu" } });
    await ben.mutation(save, { ...ids, base: { ...both, body: "Neu" }, text: { ...both, body: "Neuer" } });
    expect(await errorOf(as.mutation(discard, { ...ids, revision: 1 }))).toMatchObject({ code: "conflict" });
    // What was looked at has ended: this is another draft.
    expect(await errorOf(as.mutation(publish, { ...ids, revision: 4 }))).toMatchObject({ code: "conflict" });
  });

  it("of an archived template are not written on", async () => {
    const { orgId, as, templateId } = await workspace();
    await as.mutation(api.templates.mutations.setActive, { orgId, templateId, isActive: false });
    const saving = as.mutation(save, { orgId, templateId, base: text(""), text: text("Eins") });
    expect(await errorOf(saving)).toMatchObject({ code: "conflict" });
  });

  it("take one field of what a template is without the others", async () => {
    const { orgId, as, templateId } = await workspace();
    await as.mutation(setIdentity, { orgId, templateId, name: "Neu" });
    await as.mutation(setIdentity, { orgId, templateId, locale: "nl" });
    expect(await as.query(get, { orgId, templateId })).toMatchObject({ ...IDENTITY, name: "Neu", locale: "nl" });
  });

  it("bring an earlier version back and are given up", async () => {
    const { orgId, as, templateId } = await workspace();
    for (const [base, body] of [
      ["", "Eins"],
      ["Eins", "Zwei"],
    ] as const) {
      await as.mutation(save, { orgId, templateId, base: text(base), text: text(body) });
      await as.mutation(publish, { orgId, templateId, revision: 1 });
    }
    const { page } = await as.query(versions, { orgId, templateId, paginationOpts: FIRST_PAGE });
    expect(page.map(({ number, body, createdByName }) => [number, body, createdByName])).toEqual([
      [2, "Zwei", "marketer"],
      [1, "Eins", "marketer"],
    ]);
    await as.mutation(restore, { orgId, templateId, versionId: page[1]!.id });
    expect(await as.query(get, { orgId, templateId })).toMatchObject({ draft: { body: "Eins", revision: 1 } });
    await as.mutation(discard, { orgId, templateId, revision: 1 });
    expect((await as.query(get, { orgId, templateId })).draft).toBeNull();
    const other = await as.mutation(start, { orgId, ...IDENTITY });
    const foreign = as.mutation(restore, { orgId, templateId: other, versionId: page[1]!.id });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  });

  it("are refused for WhatsApp where WhatsApp would refuse them", async () => {
    const { orgId, as } = await workspace();
    const templateId = await as.mutation(start, { orgId, ...IDENTITY, channelType: "whatsapp_business" });
    await as.mutation(save, { orgId, templateId, base: text(""), text: text("Bis bald {{firstName}}") });
    const refused = as.mutation(publish, { orgId, templateId, revision: 2 });
    expect(await errorOf(refused)).toMatchObject({ code: "invalid", field: "body" });
  });

  it("copy the newest text into a template of its own", async () => {
    const { orgId, as, templateId } = await workspace();
    await as.mutation(save, { orgId, templateId, base: text(""), text: text("Eins") });
    const copy = await as.mutation(duplicate, { orgId, templateId, name: "Kopie" });
    expect(await as.query(get, { orgId, templateId: copy })).toMatchObject({
      name: "Kopie",
      channelType: "sms",
      state: "draft",
      draft: { body: "Eins" },
    });
  });
});

describe("the list", () => {
  it("finds by name, channel, language and state, and knows no snippets", async () => {
    const { orgId, as, templateId } = await workspace();
    await as.mutation(api.templates.mutations.create, {
      ...IDENTITY,
      orgId,
      isSnippet: true,
      isPrivate: false,
      subject: "",
      body: "Danke!",
      variables: [],
    });
    await as.mutation(start, { orgId, ...IDENTITY, name: "Rechnung", channelType: "email_outlook", locale: "den" });
    const names = async (filters: object) =>
      (await as.query(list, { orgId, paginationOpts: FIRST_PAGE, ...filters })).page.map(({ name }) => name);
    expect(await names({})).toEqual(["Erinnerung", "Rechnung"]);
    expect(await names({ text: "rechn" })).toEqual(["Rechnung"]);
    expect(await names({ channelType: "sms" })).toEqual(["Erinnerung"]);
    expect(await names({ language: "de" })).toEqual(["Erinnerung"]);
    expect(await names({ state: "active" })).toEqual([]);
    await as.mutation(setIdentity, { orgId, templateId, ...IDENTITY, name: "Neu", locale: "nl" });
    expect(await names({ language: "nl" })).toEqual(["Neu"]);
    expect(await names({ state: "draft" })).toEqual(["Neu", "Rechnung"]);
  });

  it("is closed to other organisations and to those who may not edit", async () => {
    const { t, orgId, as, templateId } = await workspace();
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    expect(await errorOf(stranger.query(get, { orgId: other, templateId }))).toMatchObject({ code: "not_found" });
    const { as: viewer } = await makeMember(t, orgId, "viewer");
    const saving = viewer.mutation(save, { orgId, templateId, base: text(""), text: text("Nein") });
    expect(await errorOf(saving)).toMatchObject({ code: "forbidden" });
    expect((await as.query(get, { orgId, templateId })).draft?.body).toBe("");
  });
});
