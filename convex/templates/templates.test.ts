import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import * as model from "./model";

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let templateId: Id<"templates">;

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
  templateId = await t.run(
    async (ctx) =>
      await model.createTemplate(ctx, {
        orgId,
        name: "Erinnerung",
        category: "follow_up",
        channelType: "any",
        businessEntity: "all",
        locale: "de-DE",
      }),
  );
});

type Text = Parameters<typeof model.publishVersion>[2];
const TEXT: Text = { subject: "{{eventName}}", body: "Guten Tag {{firstName}},", layout: "reminder" };

const publish = async (text: Partial<Text> = {}) =>
  await t.run(async (ctx) => {
    const template = await model.requireTemplate(ctx, orgId, templateId);
    return await model.publishVersion(ctx, template, { ...TEXT, ...text });
  });
const version = async (id: Id<"templateVersions">) =>
  await t.run(async (ctx) => await model.requireVersion(ctx, orgId, id));

describe("versions", () => {
  it("are numbered, and the newest is the current one", async () => {
    const [first, second] = [await publish(), await publish({ body: "Neu" })];
    expect([(await version(first)).number, (await version(second)).number]).toEqual([1, 2]);
    expect((await version(first)).body).toBe(TEXT.body);
    const current = await t.run(
      async (ctx) => await model.currentVersion(ctx, await model.requireTemplate(ctx, orgId, templateId)),
    );
    expect(current._id).toBe(second);
  });

  it("declare every placeholder of their texts, with given fallbacks first", async () => {
    const id = await publish({ shortBody: "{{eventDate}}", variables: [{ name: "firstName", fallback: "Gast" }] });
    expect((await version(id)).variables).toEqual([
      { name: "firstName", fallback: "Gast" },
      { name: "eventName", fallback: "" },
      { name: "eventDate", fallback: "" },
    ]);
  });

  it.each([
    [{ body: " " }, "body"],
    [{ body: "Guten Tag {{firstName" }, "body"],
    [{ subject: "a }} b" }, "subject"],
    [{ shortBody: "{x}" }, "shortBody"],
  ])("are refused for %j", async (text, field) => {
    expect(await errorOf(publish(text))).toMatchObject({ code: "invalid", field });
  });

  it("are missing before the first one is published", async () => {
    const current = t.run(
      async (ctx) => await model.currentVersion(ctx, await model.requireTemplate(ctx, orgId, templateId)),
    );
    expect(await errorOf(current)).toMatchObject({ code: "conflict" });
  });
});

describe("queries", () => {
  it("show templates with their published text", async () => {
    const { as } = await makeMember(t, orgId, "viewer");
    const list = async () => await as.query(api.templates.queries.list, { orgId });
    expect(await list()).toMatchObject([{ id: templateId, name: "Erinnerung", version: null }]);
    const id = await publish();
    expect(await list()).toMatchObject([{ version: { id, number: 1, layout: "reminder" } }]);
    expect(await as.query(api.templates.queries.get, { orgId, templateId })).toMatchObject({ id: templateId });
  });

  it("refuse the templates of others", async () => {
    const other = await makeOrg(t, "Andere");
    const { as } = await makeMember(t, other, "admin");
    const id = await publish();
    expect(await as.query(api.templates.queries.list, { orgId: other })).toEqual([]);
    const foreign = as.query(api.templates.queries.get, { orgId: other, templateId });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
    const foreignVersion = t.run(async (ctx) => await model.requireVersion(ctx, other, id));
    expect(await errorOf(foreignVersion)).toMatchObject({ code: "not_found" });
  });
});

it("count their use", async () => {
  await t.run(async (ctx) => await model.countUse(ctx, templateId));
  const template = await t.run(async (ctx) => await model.requireTemplate(ctx, orgId, templateId));
  expect(template.usageCount).toBe(1);
});
