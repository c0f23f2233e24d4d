import type { TFunction } from "i18next";

/** "thread.assigned" in words; actions without words of their own are taken apart. */
export function actionText(action: string, t: TFunction): string {
  const plain = action.replaceAll(/[._]/g, " ");
  return String(t(`audit.actions.${action.replace(".", "_")}` as never, { defaultValue: plain }));
}

/** Ids of Convex: nobody can read them. */
const ID = /^[a-z0-9]{32}$/;

/** What is worth reading of an entry's details: names for ids that have one, nothing for those that have none. */
export function detailTexts(
  details: Record<string, string | number | boolean | null>,
  names: ReadonlyMap<string, string>,
): string[] {
  return Object.entries(details).flatMap(([key, value]) => {
    const text = value === null ? "–" : (names.get(String(value)) ?? String(value));
    return text === "" || ID.test(text) ? [] : [`${key.replaceAll("_", " ")}: ${text}`];
  });
}
