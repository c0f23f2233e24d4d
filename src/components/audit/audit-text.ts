import type { TFunction } from "i18next";

/** "thread.assigned" in words: a sentence of its own, one put together from thing and verb, or else taken apart. */
export function actionText(action: string, t: TFunction): string {
  const text = (key: string) => t(key as never, { defaultValue: "" });
  const own = text(`audit.actions.${action.replace(".", "_")}`);
  if (own !== "") return own;
  const [subject = "", done = ""] = action.split(".");
  const thing = text(`audit.things.${subject}`);
  const verb = text(`audit.verbs.${done}`);
  return thing === "" || verb === "" ? action.replaceAll(/[._]/g, " ") : t("audit.sentence", { thing, verb });
}

/** Ids of Convex: nobody can read them. */
const ID = /^[a-z0-9]{32}$/;

/** From here on a number is a moment in epoch milliseconds: nothing else that is recorded is counted as far. */
const EARLIEST_MOMENT = Date.UTC(2001, 8, 9);

/** Where a value that is one of our own words has its text. */
const VOCABULARIES = [
  "audit.values",
  "threadStatus",
  "bookingStatus",
  "priorities",
  "channels",
  "slaSettings.types",
  "assignment.choices",
  "calls.directions",
  "calls.outcomes",
];

type Detail = string | number | boolean | null;
type Words = { names: ReadonlyMap<string, string>; t: TFunction; moment: (at: number) => string };

/** What is worth reading of an entry's details: names for ids that have one, nothing for those that have none. */
export function detailTexts(details: Record<string, Detail>, words: Words): string[] {
  return Object.entries(details).flatMap(([key, value]) => {
    const text = valueText(value, words);
    const label = String(words.t(`audit.details.${key}` as never, { defaultValue: key.replaceAll("_", " ") }));
    return text === "" || ID.test(text) ? [] : [`${label}: ${text}`];
  });
}

function valueText(value: Detail, { names, t, moment }: Words): string {
  if (value === null) return "–";
  if (typeof value === "number" && value >= EARLIEST_MOMENT) return moment(value);
  const plain = String(value);
  const keys = VOCABULARIES.map((vocabulary) => `${vocabulary}.${plain}`);
  return names.get(plain) ?? (/^\w+$/.test(plain) ? t(keys as never, { defaultValue: plain }) : plain);
}
