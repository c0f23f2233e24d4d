import { useTranslation } from "react-i18next";
import { isCustomerChannel } from "../../../convex/lib/closedSets";
import type { ThreadDetail } from "../../lib/api-types";
import { useShortcuts } from "../../lib/shortcuts";
import type { ComposerMode } from "./composer";
import type { ReplyKind } from "./use-reply-parts";
import type { ThreadActions } from "./use-thread-actions";

type ThreadShortcutProps = {
  thread: ThreadDetail;
  actions: ThreadActions;
  write: (mode: ComposerMode, kind?: ReplyKind) => void;
  openAssign: () => void;
  mayReply: boolean;
};

/** The keys of a conversation (product.md 3.1), those of its menus and the one that leaves it apart. */
export function useThreadShortcuts({ thread, actions, write, openAssign, mayReply }: ThreadShortcutProps): void {
  const { t } = useTranslation();
  const group = "thread" as const;
  useShortcuts([
    ...(mayReply
      ? [
          ...(isCustomerChannel(thread.channel)
            ? [{ id: "reply", keys: "r", label: t("actions.reply"), group, run: () => write("reply", "reply") }]
            : []),
          ...(thread.channel === "email"
            ? [
                {
                  id: "replyAll",
                  keys: "a",
                  label: t("actions.replyAll"),
                  group,
                  run: () => write("reply", "reply_all"),
                },
                { id: "forward", keys: "f", label: t("actions.forward"), group, run: () => write("reply", "forward") },
              ]
            : []),
          { id: "note", keys: "n", label: t("actions.note"), group, run: () => write("note") },
        ]
      : []),
    thread.isOpen
      ? { id: "close", keys: "e", label: t("actions.close"), group, run: actions.close }
      : { id: "reopen", keys: "shift+e", label: t("actions.reopen"), group, run: actions.reopen },
    { id: "assignMe", keys: "i", label: t("actions.assignMe"), group, run: actions.assignToMe },
    { id: "assign", keys: "shift+a", also: ["v"], label: t("actions.assign"), group, run: openAssign },
  ]);
}
