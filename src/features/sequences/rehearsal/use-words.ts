import { useTranslation } from "react-i18next";
import { ANCHORS } from "../../../../convex/sequences/closedSets";
import type { RehearsedMessage } from "../../../lib/api-types";
import { useLanguage } from "../../../lib/i18n";
import { reasonText } from "../../../lib/reasons";
import { clock } from "../../../lib/time-format";
import en from "../../../locales/en.json";

type Move = keyof typeof en.rehearsal.moves;
type Reason = keyof typeof en.rehearsal.reasons;

/** What is said of a rehearsed message beside its time; and of rules by their names. */
export function useWords() {
  const { t } = useTranslation();
  const language = useLanguage();
  const move = (rule: string) => t(`rehearsal.moves.${rule in en.rehearsal.moves ? (rule as Move) : "other"}`);
  const reason = (code: string) =>
    code in en.rehearsal.reasons ? t(`rehearsal.reasons.${code as Reason}`) : reasonText(code, t);
  const note = (message: RehearsedMessage, zone: string): string | null => {
    if (message.outcome === "waits") {
      const anchor = ANCHORS.find((known) => known === message.reason);
      return t("rehearsal.waitsFor", { anchor: anchor === undefined ? "" : t(`anchors.${anchor}`) });
    }
    if (message.reason !== undefined) return reason(message.reason);
    if (message.moved !== undefined) {
      const { from, by } = message.moved;
      return t("rehearsal.movedFrom", { from: clock(from, language, zone), why: move(by) });
    }
    return message.isSure ? null : t("rehearsal.perhaps");
  };
  return { move, reason, note };
}
