import { createInstance } from "i18next";
import { beforeAll, expect, it } from "vitest";
import de from "../../locales/de.json";
import en from "../../locales/en.json";
import { actionText, detailTexts } from "./audit-text";

const i18n = createInstance();
beforeAll(async () => {
  await i18n.init({ lng: "en", resources: { en: { translation: en }, de: { translation: de } } });
});

it("says actions in words: as a sentence, put together, or taken apart", () => {
  expect(actionText("thread.assigned", i18n.t)).toBe("assigned a conversation");
  expect(actionText("delivery_settings.changed", i18n.t)).toBe("changed the settings of sending");
  expect(actionText("calendar.removed", i18n.getFixedT("de"))).toBe("hat einen Kalender entfernt");
  expect(actionText("moon.turned_around", i18n.t)).toBe("moon turned around");
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
  const words = { names: new Map<string, string>(), t: i18n.getFixedT("de"), moment: (at: number) => `at ${at}` };
  expect(detailTexts({ to: "waiting_internal", priority: "urgent", until: 5 }, words)).toEqual([
    `nach: ${de.threadStatus.waiting_internal}`,
    `Priorität: ${de.priorities.urgent}`,
    "bis: at 5",
  ]);
});
