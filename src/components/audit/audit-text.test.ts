import { createInstance } from "i18next";
import { beforeAll, expect, it } from "vitest";
import { AUDIT_ACTIONS, AUDIT_DETAILS } from "../../../convex/audit/actions";
import de from "../../locales/de.json";
import en from "../../locales/en.json";
import nl from "../../locales/nl.json";
import { actionText, detailTexts } from "./audit-text";

const i18n = createInstance();
beforeAll(async () => {
  await i18n.init({
    lng: "en",
    resources: { en: { translation: en }, de: { translation: de }, nl: { translation: nl } },
  });
});

it("says actions in words: as a sentence, put together, or taken apart", () => {
  expect(actionText("thread.assigned", i18n.t)).toBe("assigned a conversation");
  expect(actionText("delivery_settings.changed", i18n.t)).toBe("changed the settings of sending");
  expect(actionText("calendar.removed", i18n.getFixedT("de"))).toBe("hat einen Kalender entfernt");
  expect(actionText("moon.turned_around", i18n.t)).toBe("moon turned around");
});

it.each(["en", "de", "nl"] as const)("has words for everything that is recorded (%s)", (language) => {
  const t = i18n.getFixedT(language);
  const raw = (action: string) => action.replaceAll(/[._]/g, " ");
  expect(AUDIT_ACTIONS.filter((action) => actionText(action, t) === raw(action))).toEqual([]);
  const { details } = { en, de, nl }[language].audit;
  expect(Object.keys(details).sort()).toEqual([...AUDIT_DETAILS].sort());
});

it("shows names for ids and leaves out ids without one", () => {
  const id = "k17a8b9c0d1e2f3a4b5c6d7e8f9a0b1c";
  const other = "j57a8b9c0d1e2f3a4b5c6d7e8f9a0b1c";
  const details = { from: null, to: id, messageId: other, close: false, fields: "subject, tags", odd_key: 7 };
  const words = { names: new Map([[id, "Ada"]]), t: i18n.t, moment: String };
  expect(detailTexts(details, words)).toEqual([
    "from: –",
    "to: Ada",
    "closed with it: no",
    "what: subject, tags",
    "odd key: 7",
  ]);
});

it("reads our own words and moments", () => {
  const at = Date.UTC(2026, 10, 23, 19);
  const words = { names: new Map<string, string>(), t: i18n.getFixedT("de"), moment: (at: number) => `at ${at}` };
  expect(detailTexts({ to: "waiting_internal", priority: "urgent", until: at }, words)).toEqual([
    `nach: ${de.threadStatus.waiting_internal}`,
    `Priorität: ${de.priorities.urgent}`,
    `bis: at ${at}`,
  ]);
});
