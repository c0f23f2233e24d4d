import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, runJobs } from "../../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { RED_DOT, storeUpload, SVG } from "../../../tests/support/pictures";
import { api, internal } from "../../_generated/api";
import type { BusinessEntity } from "../../lib/closedSets";
import { DAY_MS } from "../../lib/time";
import { hardToSee, withoutEmpty } from "./rules";

const FINE = { name: "Laderthuis", imprint: ["Laderthuis B.V.", ""], accentColor: "#0f5c7a", tagline: " " };

it("keeps what is said and nothing else", () => {
  expect(withoutEmpty(FINE)).toEqual({
    ok: true,
    brand: { name: "Laderthuis", imprint: ["Laderthuis B.V."], accentColor: "#0f5c7a" },
  });
  expect(withoutEmpty({ name: " ", imprint: [" "] })).toEqual({ ok: true, brand: null });
});

it.each([
  [{ name: "" }, "name"],
  [{ name: "x".repeat(101) }, "name"],
  [{ accentColor: "red;background:url(x)" }, "accentColor"],
  [{ websiteUrl: "javascript:alert(1)" }, "websiteUrl"],
  [{ websiteUrl: "mailto:a@b.example" }, "websiteUrl"],
  [{ websiteUrl: "laderthuis.example" }, "websiteUrl"],
  [{ tagline: "x".repeat(201) }, "tagline"],
  [{ imprint: Array.from({ length: 9 }, (_, line) => String(line + 1)) }, "imprint"],
])("refuses %j", (change, field) => expect(withoutEmpty({ ...FINE, ...change })).toMatchObject({ ok: false, field }));

it.each([
  ["#0f5c7a", ["dark"]],
  ["#ffd400", ["light"]],
  ["#1f8fb8", []],
  ["nothing", []],
])("tells where %s is hard to see", (color, modes) => expect(hardToSee(color)).toEqual(modes));

const { set } = api.templates.brands.mutations;
const { list } = api.templates.brands.queries;

async function workspace() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId, "admin");
  const { as: viewer } = await makeMember(t, orgId, "viewer");
  const picture = async (bytes = RED_DOT) => {
    const storageId = await storeUpload(t, bytes, "image/png");
    const added = await as.mutation(api.templates.images.mutations.add, { orgId, storageId, name: "logo.png" });
    if (added.kind !== "added") throw new Error(added.problem);
    return added.fileId;
  };
  /** What an e-mail of a business entity looks like, as it would be sent. */
  const mailOf = async (businessEntity: BusinessEntity) => {
    const identity = { name: "Danke", category: "follow_up", channelType: "email_outlook", locale: "de" } as const;
    const template = { orgId, ...identity, businessEntity, threadTypes: [] };
    const templateId = await as.mutation(api.templates.drafts.mutations.start, template);
    const text = { subject: "Danke", body: "Bis bald", layout: "agent_reply" as const, variables: [] };
    const question = { orgId, templateId, channel: "email", purpose: "transactional", text } as const;
    const previewId = await as.mutation(api.sequences.preview.mutations.ask, question);
    await settle(t, 3);
    const { state } = (await as.query(api.sequences.preview.queries.get, { orgId, previewId }))!;
    if (state.kind !== "ready") throw new Error(JSON.stringify(state));
    return state.rendered.html ?? "";
  };
  return { t, orgId, as, viewer, picture, mailOf };
}

describe("the brand of a business entity", () => {
  vi.setConfig({ testTimeout: 30_000 });
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-10-01T08:00:00Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is set by admins, seen by all, audited, and no other workspace's", async () => {
    const { t, orgId, as, viewer } = await workspace();
    for (const role of ["viewer", "agent", "marketer", "manager"] as const) {
      const { as: member } = await makeMember(t, orgId, role, `a ${role}`);
      const setting = member.mutation(set, { orgId, businessEntity: "all", ...FINE });
      expect(await errorOf(setting)).toMatchObject({ code: "forbidden" });
    }
    await as.mutation(set, { orgId, businessEntity: "laderthuis", ...FINE });
    expect(await viewer.query(list, { orgId })).toEqual([
      { businessEntity: "laderthuis", name: "Laderthuis", imprint: ["Laderthuis B.V."], accentColor: "#0f5c7a" },
    ]);
    expect(await allRows(t, "auditEntries")).toMatchObject([
      { action: "brand.set", details: { businessEntity: "laderthuis" } },
    ]);
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    expect(await stranger.query(list, { orgId: other })).toEqual([]);
    expect(await errorOf(stranger.query(list, { orgId }))).toMatchObject({ code: "not_found" });
    const foreign = stranger.mutation(set, { orgId, businessEntity: "all", ...FINE });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  });

  it.each([
    [{ accentColor: "#12345" }, "accentColor"],
    [{ accentColor: "#fff;}</style><script>" }, "accentColor"],
    [{ websiteUrl: "data:text/html,x" }, "websiteUrl"],
    [{ websiteUrl: "https://a b.example" }, "websiteUrl"],
    [{ name: " " }, "name"],
  ])("is refused with %j, and what was there stays", async (change, field) => {
    const { orgId, as } = await workspace();
    await as.mutation(set, { orgId, businessEntity: "all", ...FINE });
    const setting = as.mutation(set, { orgId, businessEntity: "all", ...FINE, ...change });
    expect(await errorOf(setting)).toMatchObject({ code: "invalid", field });
    expect(await as.query(list, { orgId })).toMatchObject([{ name: "Laderthuis", accentColor: "#0f5c7a" }]);
  });

  it("has no logo that is another workspace's, gone, or no picture", async () => {
    const { t, orgId, as, picture } = await workspace();
    const logoId = await picture();
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    const foreign = stranger.mutation(set, { orgId: other, businessEntity: "all", ...FINE, logoId });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found", field: "logoId" });
    const forged = await picture(SVG);
    await runJobs(t);
    const text = await t.run(async (ctx) => {
      const storageId = await ctx.storage.store(new Blob(["Hallo"], { type: "text/plain" }));
      const fields = { orgId, storageId, name: "x.txt", contentType: "text/plain", sizeBytes: 5 };
      return await ctx.db.insert("files", fields);
    });
    for (const wrong of [forged, text]) {
      const setting = as.mutation(set, { orgId, businessEntity: "all", ...FINE, logoId: wrong });
      expect(await errorOf(setting)).toMatchObject({ code: "not_found", field: "logoId" });
    }
  });

  it("shows in its mails, then in those without one of their own, and is gone from them with it", async () => {
    const { orgId, as, mailOf } = await workspace();
    await as.mutation(set, { orgId, businessEntity: "all", name: "Haff & Meer", imprint: ["Haff GmbH <HRB 1>"] });
    await as.mutation(set, { orgId, businessEntity: "laderthuis", ...FINE, websiteUrl: "https://laderthuis.example" });
    const own = await mailOf("laderthuis");
    expect(own).toContain("Laderthuis B.V.");
    expect(own).toContain("https://laderthuis.example");
    const general = await mailOf("chargecars");
    expect(general).toContain("Haff &amp; Meer");
    expect(general).toContain("Haff GmbH &lt;HRB 1&gt;");
    const nothing = { orgId, name: "", imprint: [] };
    await as.mutation(set, { ...nothing, businessEntity: "laderthuis" });
    const fallenBack = await mailOf("laderthuis");
    expect(fallenBack).toContain("Haff GmbH &lt;HRB 1&gt;");
    expect(fallenBack).not.toContain("Laderthuis B.V.");
    await as.mutation(set, { ...nothing, businessEntity: "all" });
    const plain = await mailOf("laderthuis");
    expect(plain).toContain("Segelschule Haff");
    expect(plain).not.toContain("Haff GmbH");
    expect(await as.query(list, { orgId })).toEqual([]);
  });

  it("keeps every logo it ever had for the mails that point to it; mails show the name when one is gone", async () => {
    const { t, orgId, as, picture, mailOf } = await workspace();
    const [first, second, never] = [await picture(), await picture(), await picture()];
    const brand = { orgId, businessEntity: "all", ...FINE } as const;
    await as.mutation(set, { ...brand, logoId: first });
    await as.mutation(set, { ...brand, logoId: second });
    vi.setSystemTime(Date.now() + 1_000 * DAY_MS);
    await t.mutation(internal.templates.images.jobs.prune, {});
    expect((await allRows(t, "files")).map(({ _id }) => _id)).toEqual([first, second]);
    expect(await as.query(api.templates.images.queries.get, { orgId, fileId: never })).toBeNull();
    const { url } = (await as.query(api.templates.images.queries.get, { orgId, fileId: second }))!;
    expect(await mailOf("all")).toContain(url);
    await t.mutation(internal.templates.images.jobs.remove, { fileId: second });
    expect(await as.query(list, { orgId })).toMatchObject([{ name: "Laderthuis" }]);
    const bare = await mailOf("all");
    expect(bare).not.toContain(url);
    expect(bare).toContain("Laderthuis");
  });
});
