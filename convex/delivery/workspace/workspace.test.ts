import { getCountries } from "libphonenumber-js";
import { describe, expect, it } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { resolveContact } from "../../contacts/model";
import { COUNTRIES, firstLocale, localeOf, localeParts } from "../../orgs/locales";
import { inMutation } from "../../../tests/support/delivery";

const FIELDS = {
  name: "Segelschule Haff",
  timezone: "Europe/Berlin",
  locale: "de-DE",
  quietHours: { start: "20:00", end: "08:00" },
};

async function setup() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId);
  const change = async (more: Partial<typeof FIELDS>) =>
    await as.mutation(api.delivery.workspace.mutations.change, { orgId, ...FIELDS, ...more });
  const settings = async () => await as.query(api.orgs.queries.settings, { orgId });
  const entries = async () =>
    (await as.query(api.audit.queries.list, { orgId, paginationOpts: { numItems: 9, cursor: null } })).page;
  return { t, orgId, as, change, settings, entries };
}

describe("the workspace's general settings", () => {
  it("are changed by an admin, and the audit trail says what", async () => {
    const { change, settings, entries } = await setup();
    const next = { name: " Werft Haff ", timezone: "Europe/Vienna", locale: "de-AT" };
    await change({ ...next, quietHours: { start: "21:30", end: "08:00" } });
    expect(await settings()).toMatchObject({
      name: "Werft Haff",
      slug: "segelschule-haff",
      timezone: "Europe/Vienna",
      locale: "de-AT",
      quietHours: { start: "21:30", end: "08:00" },
    });
    expect(await entries()).toMatchObject([
      {
        action: "workspace.changed",
        details: {
          name: "Werft Haff",
          oldName: "Segelschule Haff",
          timezone: "Europe/Vienna",
          locale: "de-AT",
          quietStart: "21:30",
        },
      },
    ]);
  });

  it("leave no trace where nothing is different", async () => {
    const { change, entries } = await setup();
    await change({});
    expect(await entries()).toEqual([]);
  });

  it("decide how national numbers are read from then on", async () => {
    const { t, orgId, change } = await setup();
    const numberOf = async () => {
      const contact = await inMutation(t, (ctx) => resolveContact(ctx, { orgId, name: "Eva", phone: "044 668 18 00" }));
      return await t.run(
        async (ctx) =>
          (
            await ctx.db
              .query("contactAddresses")
              .withIndex("by_contact", (q) => q.eq("contactId", contact._id))
              .first()
          )?.address,
      );
    };
    expect(await numberOf()).toMatch(/^\+49/);
    await change({ locale: "de-CH" });
    expect(await numberOf()).toBe("+41446681800");
  });

  it.each([
    [{ name: "  " }, "name"],
    [{ name: "x".repeat(121) }, "name"],
    [{ timezone: "Mars/Olympus" }, "timezone"],
    [{ timezone: "" }, "timezone"],
    [{ locale: "fr-FR" }, "locale"],
    [{ locale: "de-XX" }, "locale"],
    [{ locale: "" }, "locale"],
    [{ quietHours: { start: "25:00", end: "08:00" } }, "quietHours.start"],
    [{ quietHours: { start: "20:00", end: "8" } }, "quietHours.end"],
  ])("refuse %j with the field, and keep everything", async (more, field) => {
    const { change, settings } = await setup();
    expect(await errorOf(change(more))).toMatchObject({ code: "invalid", field });
    expect(await settings()).toMatchObject(FIELDS);
  });

  it("are for those who manage the workspace", async () => {
    const { t, orgId } = await setup();
    const { as: agent } = await makeMember(t, orgId, "agent");
    const call = agent.mutation(api.delivery.workspace.mutations.change, { orgId, ...FIELDS });
    expect(await errorOf(call)).toMatchObject({ code: "forbidden" });
  });
});

describe("a locale", () => {
  it("is a language of ours and a country, or no country", () => {
    expect(localeParts("de-AT")).toEqual({ language: "de", country: "AT" });
    expect(localeParts("nl")).toEqual({ language: "nl", country: "" });
    for (const wrong of ["fr", "de-at", "de-XX", "de-DE-x", "", "-DE"]) expect(localeParts(wrong)).toBeNull();
    for (const locale of ["en-GB", "de"]) expect(localeOf(localeParts(locale)!)).toBe(locale);
  });

  it("has a country whose numbers can be read", () => {
    const readable: readonly string[] = getCountries();
    expect(COUNTRIES.filter((country) => !readable.includes(country))).toEqual([]);
  });

  it("begins as the browser tells", () => {
    expect(firstLocale("de", ["de-AT", "en-US"])).toBe("de-AT");
    expect(firstLocale("nl", ["nl"])).toBe("nl-NL");
    expect(firstLocale("en", ["fr-CH"])).toBe("en-CH");
    expect(firstLocale("en", ["sw-KE", "en-GB"])).toBe("en-GB");
    expect(firstLocale("en", ["???"])).toBe("en");
    expect(firstLocale("en", [])).toBe("en");
  });
});
