import { useTranslation } from "react-i18next";
import { useCan, useOrg } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import { DELETE_KEYS } from "../deletion/use-deletion";
import { MACRO_KEYS } from "../macros/thread-macros";
import type { Bulk } from "./use-bulk";

/** As on one conversation (product.md 3.1). */
export const BULK_KEYS = {
  close: "e",
  unread: "shift+u",
  follow: "shift+w",
  merge: "m",
  assign: "shift+a",
  assignMe: "i",
  team: "v",
  tag: "l",
  snooze: "h",
  reply: "r",
  macro: MACRO_KEYS,
  spam: "!",
  delete: DELETE_KEYS,
} as const;

/** What a button or a key of the bar opens: a menu, or a dialog. */
export type Panel = "assign" | "snooze" | "more" | "status" | "priority" | "type" | "tag" | "reply" | "macro" | "merge";

/** The keys a single conversation has, for all that are chosen (product.md 3.1). */
export function useBulkKeys(bulk: Bulk, show: (panel: Panel) => void): void {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const mayReply = useCan("inbox.reply");
  const mayAssign = useCan("inbox.assign");
  const mayDelete = useCan("threads.delete");
  const group = "list" as const;
  const entry = (id: keyof typeof BULK_KEYS, label: string, run: () => void) => {
    return { id: `bulk-${id}`, keys: BULK_KEYS[id], label, group, run };
  };
  useShortcuts(
    [
      { id: "bulkClear", keys: "escape", label: t("bulk.clear"), group, run: bulk.clear },
      entry("unread", t("bulk.unread"), bulk.markUnread),
      entry("follow", t("bulk.follow"), () => bulk.follow(true)),
      { id: "bulk-read", keys: null, label: t("bulk.read"), group, run: bulk.markRead },
      ...(mayAssign
        ? [
            entry("assign", t("bulk.assign"), () => show("assign")),
            entry("assignMe", t("bulk.assignMe"), () => bulk.assign(membership.memberId)),
            ...(bulk.teams.length > 0 ? [entry("team", t("bulk.team"), () => show("assign"))] : []),
          ]
        : []),
      ...(mayReply
        ? [
            entry("close", t("bulk.close"), () => bulk.setStatus("closed")),
            entry("snooze", t("bulk.snooze"), () => show("snooze")),
            entry("tag", t("bulk.tag"), () => show("tag")),
            entry("reply", t("bulk.reply"), () => show("reply")),
            entry("macro", t("macros.bulk"), () => show("macro")),
            ...(bulk.target.kind === "threads" ? [entry("merge", t("bulk.merge"), () => show("merge"))] : []),
            entry("spam", t("bulk.spam"), bulk.markSpam),
          ]
        : []),
      ...(mayDelete ? [entry("delete", t("bulk.delete"), bulk.remove)] : []),
    ],
    "over",
  );
}
