import type { TFunction } from "i18next";
import { expect, it } from "vitest";
import { actionText, detailTexts } from "./audit-text";

it("says actions in words, also those it has never heard of", () => {
  const known = new Map([["audit.actions.thread_assigned", "assigned a conversation"]]);
  const t = ((key: string, { defaultValue }: { defaultValue: string }) => known.get(key) ?? defaultValue) as TFunction;
  expect(actionText("thread.assigned", t)).toBe("assigned a conversation");
  expect(actionText("moon.turned_around", t)).toBe("moon turned around");
});

it("shows names for ids and leaves out ids without one", () => {
  const id = "k17a8b9c0d1e2f3a4b5c6d7e8f9a0b1c";
  const other = "j57a8b9c0d1e2f3a4b5c6d7e8f9a0b1c";
  const details = { from: null, to: id, messageId: other, close: false, fields: "subject" };
  expect(detailTexts(details, new Map([[id, "Ada"]]))).toEqual([
    "from: –",
    "to: Ada",
    "close: false",
    "fields: subject",
  ]);
});
