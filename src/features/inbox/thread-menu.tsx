import { Ellipsis, Merge, Pencil, Phone, ScrollText, Split, Tag, Ticket, Trash2, Undo2, Zap } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { AuditTrail } from "../../components/audit/audit-trail";
import { IconButton } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Menu } from "../../components/ui/menu";
import type { ThreadDetail } from "../../lib/api-types";
import { useCan, useOrgQuery } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";
import { useStateOf } from "../../lib/state-of";
import { TICKET_KEYS } from "../../lib/ticket-keys";
import { CallDialog } from "./calls/call-dialog";
import { MACRO_KEYS, ThreadMacros } from "./macros/thread-macros";
import { DELETE_KEYS, useDeletion } from "./deletion/use-deletion";
import { MergeDialog } from "./merge-dialog";
import { SplitDialog } from "./split-dialog";
import { MakeTicketDialog } from "./tickets/make-ticket-dialog";
import { MoveTicketDialog } from "./tickets/move-ticket-dialog";
import { TAG_KEYS, TagsDialog } from "./thread-kind";
import { useMerging } from "./use-merging";
import { usePersonal } from "./use-personal";
import { useSpamAndCopy } from "./use-spam";

type Panel = "macros" | "call" | "tags" | "ticket" | "merge" | "split" | "audit";

/** What is done with a conversation now and then. */
export function ThreadMenu({ thread, onRename }: { thread: ThreadDetail; onRename: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useStateOf<Panel | "menu" | null>(thread.id, null);
  const close = () => setOpen(null);
  const personal = usePersonal(thread);
  const forAll = useForAll(thread, setOpen);
  const undos = useMergeUndos(thread);
  const group = "thread" as const;
  useShortcuts([
    ...personal.map(({ id, keys, also, does: label, run }) => ({ id, keys, also, label, group, run })),
    ...forAll.flatMap(({ id, keys, label, onAction: run }) =>
      keys === undefined || id === "macros" ? [] : [{ id, keys, label, group, run }],
    ),
  ]);
  const rename: Item = { id: "rename", label: t("thread.rename"), icon: <Pencil size={14} />, onAction: onRename };
  const mine = () =>
    personal.map(({ id, keys, does: label, icon, run: onAction }) => ({ id, keys, label, icon, onAction }));
  return (
    <>
      <Menu
        label={t("merging.more")}
        isOpen={open === "menu"}
        // What is chosen may have opened something by then.
        onOpenChange={(isOpen) => setOpen((now) => (isOpen ? "menu" : now === "menu" ? null : now))}
        groups={() => [
          { id: "personal", title: t("personal.forMe"), items: mine() },
          { id: "merging", title: t("personal.forAll"), items: [rename, ...forAll, ...undos] },
        ]}
        trigger={<IconButton size="sm" label={t("merging.more")} icon={<Ellipsis size={16} />} />}
      />
      <Dialog title={t("audit.ofThread")} isOpen={open === "audit"} onClose={close}>
        <AuditTrail subject={{ table: "threads", id: thread.id }} />
      </Dialog>
      <ThreadMacros thread={thread} isOpen={open === "macros"} onOpen={(isOpen) => setOpen(isOpen ? "macros" : null)} />
      {open === "call" && <CallDialog of={{ threadId: thread.id }} onClose={close} />}
      {open === "tags" && <TagsDialog thread={thread} onClose={close} />}
      {open === "ticket" &&
        (thread.isTicket ? (
          <MoveTicketDialog threadId={thread.id} onClose={close} />
        ) : (
          <MakeTicketDialog thread={thread} onClose={close} />
        ))}
      {open === "merge" && <MergeDialog thread={thread} onClose={close} />}
      {open === "split" && <SplitDialog thread={thread} onClose={close} />}
    </>
  );
}

type Item = { id: string; label: string; icon: ReactNode; keys?: string; onAction: () => void };

/** What everybody sees done: each with its key, where it has one. */
function useForAll(thread: ThreadDetail, open: (panel: Panel) => void): Item[] {
  const { t } = useTranslation();
  const maySeeAudit = useCan("audit.read");
  const mayDelete = useCan("threads.delete");
  const others = useSpamAndCopy(thread);
  const deletion = useDeletion();
  const remove: Item = {
    id: "delete",
    keys: DELETE_KEYS,
    label: t("deletion.delete"),
    icon: <Trash2 size={14} />,
    onAction: () => deletion.remove(thread.id),
  };
  const opener = (id: Panel, label: string, icon: ReactNode, keys?: string): Item => {
    return { id, label, icon, ...(keys === undefined ? {} : { keys }), onAction: () => open(id) };
  };
  return [
    opener("macros", t("macros.open"), <Zap size={14} />, MACRO_KEYS),
    opener("call", t("actions.logCall"), <Phone size={14} />, "p"),
    opener("tags", t("thread.changeTags"), <Tag size={14} />, TAG_KEYS),
    opener("ticket", t(thread.isTicket ? "tickets.changeStatus" : "tickets.make"), <Ticket size={14} />, TICKET_KEYS),
    opener("merge", t("actions.merge"), <Merge size={14} />, "m"),
    opener("split", t("actions.split"), <Split size={14} />, "shift+s"),
    ...others.map(({ run: onAction, ...item }) => ({ ...item, onAction })),
    ...(mayDelete ? [remove] : []),
    ...(maySeeAudit ? [opener("audit", t("audit.ofThread"), <ScrollText size={14} />)] : []),
  ];
}

/** The merges of a conversation that can still be taken back. */
function useMergeUndos(thread: ThreadDetail): Item[] {
  const { t } = useTranslation();
  const merges = useOrgQuery(api.inbox.merges.queries.list, { threadId: thread.id }) ?? [];
  const { undoMerge } = useMerging();
  return merges.map(({ id, number }) => ({
    id,
    label: t("merging.undoOf", { number }),
    icon: <Undo2 size={14} />,
    onAction: () => undoMerge([id]),
  }));
}
