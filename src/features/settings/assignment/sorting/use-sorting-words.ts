import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { useOrgQuery } from "../../../../lib/org";
import type { SortingRule } from "./sorting-dialog";

/** Words or senders a row shows before it says how many more there are. */
const MAX_SHOWN = 4;

/** What a sorting rule says, in words. */
export function useSortingWords() {
  const { t } = useTranslation();
  const places = useOrgQuery(api.inbox.assignment.queries.places, {}) ?? [];
  const some = (texts: readonly string[], shown: (text: string) => string) => {
    const first = texts.slice(0, MAX_SHOWN).map(shown).join(", ");
    return texts.length <= MAX_SHOWN ? first : t("sorting.andMore", { first, count: texts.length - MAX_SHOWN });
  };
  return {
    conditions: ({ conditions: given }: SortingRule): string => {
      const place = places.find(({ id }) => id === given.channelId);
      const words = given.words === undefined ? "" : some(given.words, (word) => `“${word}”`);
      const said = [
        ...(given.channel === undefined ? [] : [t(`channels.${given.channel}`)]),
        ...(given.channelId === undefined ? [] : [place?.name ?? "…"]),
        ...(words === "" ? [] : [t(`sorting.says.${given.wordsIn ?? "both"}`, { words })]),
        ...(given.senders === undefined ? [] : [t("sorting.says.senders", { senders: some(given.senders, String) })]),
        ...(given.accountId === undefined ? [] : [t("sorting.says.account")]),
        ...(given.language === undefined ? [] : [given.language]),
        ...(given.hasFiles === undefined ? [] : [t(`sorting.files.${given.hasFiles ? "with" : "without"}`)]),
      ];
      return said.length === 0 ? t("assignment.forAll") : said.join(" · ");
    },
    effect: ({ threadType, priority, tags }: SortingRule["effect"]): string =>
      [
        ...(threadType === undefined ? [] : [t(`slaSettings.types.${threadType}`)]),
        ...(priority === undefined ? [] : [t(`priorities.${priority}`)]),
        ...tags.map((tag) => `#${tag}`),
      ].join(" · "),
  };
}
