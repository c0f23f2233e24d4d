import { describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { templateValues } from "../../bookings/values";
import { CHANNELS } from "../../lib/closedSets";
import { fillLine, fillVariables } from "../../templates/variables";
import { problemsOf, type TemplateFacts } from "../flow/problems";
import { factsAt } from "../flow/testing";
import { walk, wantedSteps } from "../flow/walk";
import { flowOf, templatesOf, titleOf } from "./build";
import { READY_MADE, READY_MADE_KINDS } from "./kinds";
import { LANGUAGES } from "./shape";

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse("2026-10-24T07:00:00Z");
const BOOKED_AT = START - 30 * DAY_MS;
const ALL = READY_MADE_KINDS.flatMap((kind) => LANGUAGES.map((language) => ({ kind, language })));

const VALUES = templateValues({
  contact: { name: "Anna Weber", firstName: "Anna", lastName: "Weber", locale: "de-DE" },
  booking: {
    title: "SBF See Praxiskurs",
    startsAt: START,
    endsAt: START + 7 * HOUR_MS,
    externalId: "b-1",
    location: { kind: "onsite", text: "Steg 3" },
  },
  organisation: { name: "Segelschule Haff", locale: "de-DE" },
  zone: "Europe/Berlin",
});

function made({ kind, language }: (typeof ALL)[number]) {
  const templates = templatesOf(kind, language);
  const ids = new Map(templates.map(({ key }) => [key, key as Id<"templates">]));
  return { templates, flow: flowOf(kind, language, ids) };
}

describe.each(ALL)("$kind in $language", (which) => {
  it("has nothing that stands in its way", () => {
    const { templates, flow } = made(which);
    const facts: [string, TemplateFacts][] = templates.map(({ key, variables }) => [
      key,
      {
        channels: new Set(CHANNELS),
        bareVariables: variables.filter(({ fallback }) => fallback === "").map(({ name }) => name),
        whatsappApproval: null,
      },
    ]);
    expect(problemsOf(flow, { templates: new Map(facts), sequenceIds: new Set(), segmentIds: new Set() })).toEqual([]);
  });

  it("sends messages before and after a booking, and comes to its goal", () => {
    const { flow } = made(which);
    const phases = new Set(flow.nodes.filter(({ kind }) => kind === "message").map(({ phase }) => phase));
    expect([...phases]).toEqual(expect.arrayContaining(["before", "after"]));
    // Somebody who answers within every wait there is, in whichever journey.
    const answers = [1.5, 25, 40, 45, 310].map((days) => ({ at: START + days * DAY_MS, text: "Gern!" }));
    const end = START + 7 * HOUR_MS;
    const anchors = { start: START, end, created: BOOKED_AT, checked_in: START, completed: end };
    const facts = factsAt(START, {
      anchors: { ...anchors, cancelled: null, no_show: null },
      enrolledAt: BOOKED_AT,
      consents: new Set(["marketing:email" as const]),
      channels: new Set(CHANNELS),
      replies: answers,
    });
    const records = new Map<string, { at: number; outcome: string }>();
    const now = START + 400 * DAY_MS;
    const visits = walk({ flow, facts, records, turnAt: (_, at) => at, now });
    expect(visits.at(-1)).toMatchObject({ kind: "ended", by: "goal" });
    const early = walk({ flow, facts, records, turnAt: (_, at) => at, now: BOOKED_AT });
    expect(wantedSteps(early).filter(({ plan }) => plan.kind === "send").length).toBeGreaterThanOrEqual(2);
  });

  it("prints no braces and no gaps, with all values and with none", () => {
    for (const { subject, body, shortBody, variables } of made(which).templates) {
      for (const values of [VALUES, {}]) {
        for (const text of [fillLine(subject, values, variables), fillVariables(body, values, variables)]) {
          expect(text).not.toMatch(/[{}]|undefined| {2}| [,.:]|^\s|\s$/);
        }
        // Two segments of an SMS in GSM-7.
        expect(fillVariables(shortBody, values, variables).length).toBeLessThanOrEqual(306);
      }
    }
  });
});

it("has no words that nothing uses", () => {
  for (const { kind, language } of ALL) {
    const { nodes, words, layouts } = READY_MADE[kind];
    const { steps, texts } = words[language];
    expect(Object.keys(steps)).toEqual(nodes.map(({ stepId }) => stepId));
    expect(new Set(Object.keys(texts))).toEqual(new Set(templatesOf(kind, language).map(({ key }) => key)));
    expect(Object.keys(layouts)).toEqual(Object.keys(texts));
  }
});

it("begins as a draft that can be switched on, with templates that are used again", async () => {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId);
  const { create } = api.sequences.readyMade.mutations;
  const templates = async () => await t.run(async (ctx) => await ctx.db.query("templates").take(200));
  for (const kind of READY_MADE_KINDS) {
    const sequenceId = await as.mutation(create, { orgId, kind, language: "de" });
    const view = await as.query(api.sequences.drafts.queries.get, { orgId, sequenceId });
    expect(view).toMatchObject({ ...titleOf(kind, "de"), status: "draft", revision: 1, problems: [] });
  }
  const before = (await templates()).length;
  const sequenceId = await as.mutation(create, { orgId, kind: "sailing_school", language: "de" });
  expect(await templates()).toHaveLength(before);
  await as.mutation(api.sequences.drafts.mutations.publish, { orgId, sequenceId, revision: 1, choices: [] });
  await as.mutation(create, { orgId, kind: "sailing_school", language: "nl" });
  expect((await templates()).length).toBeGreaterThan(before);
});

it("shows every journey with its steps in the language asked for", async () => {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId);
  const rows = await as.query(api.sequences.readyMade.queries.list, { orgId, language: "nl" });
  expect(rows.map(({ kind }) => kind)).toEqual([...READY_MADE_KINDS]);
  expect(rows[0]).toMatchObject(titleOf("sailing_school", "nl"));
  expect(rows[0]?.steps[0]).toEqual({
    stepId: "week",
    name: "Een week ervoor: paklijst",
    kind: "message",
    phase: "before",
    channel: "email",
  });
});
