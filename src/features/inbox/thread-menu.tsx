import { Ellipsis, Merge, Phone, ScrollText, Split, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { AuditTrail } from "../../components/audit/audit-trail";
import { IconButton } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Menu } from "../../components/ui/menu";
import type { MessageRow, ThreadDetail } from "../../lib/api-types";
import { useCan, useOrgQuery } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";
import { CallDialog } from "./calls/call-dialog";
import { MergeDialog } from "./merge-dialog";
import { SplitDialog } from "./split-dialog";
import { useMerging } from "./use-merging";
import { usePersonal } from "./use-personal";
import { useSpamAndCopy } from "./use-spam";

type Entry = "call" | "merge" | "split" | "audit";

type ThreadMenuProps = { thread: ThreadDetail; messages: readonly MessageRow[] };

/** What is done with a conversation now and then. */
export function ThreadMenu({ thread, messages }: ThreadMenuProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Entry | null>(null);
  const personal = usePersonal(thread);
  const others = useSpamAndCopy(thread);
  const forAll = useForAll(thread, others, setOpen);
  useShortcuts([
    ...personal.map(({ id, keys, does: label, run }) => ({ id, keys, label, group: "thread" as const, run })),
    ...others.flatMap(({ id, keys, label, run }) =>
      keys === undefined ? [] : [{ id, keys, label, group: "thread" as const, run }],
    ),
    { id: "call", keys: "p", label: t("actions.logCall"), group: "thread", run: () => setOpen("call") },
    { id: "merge", keys: "m", label: t("actions.merge"), group: "thread", run: () => setOpen("merge") },
    { id: "split", keys: "shift+s", label: t("actions.split"), group: "thread", run: () => setOpen("split") },
  ]);
  return (
    <>
      <Menu
        label={t("merging.more")}
        groups={[
          {
            id: "personal",
            title: t("personal.forMe"),
            items: personal.map(({ id, keys, does: label, icon, run: onAction }) => ({
              id,
              keys,
              label,
              icon,
              onAction,
            })),
          },
          {
            id: "merging",
            title: t("personal.forAll"),
            items: forAll,
          },
        ]}
        trigger={<IconButton size="sm" label={t("merging.more")} icon={<Ellipsis size={16} />} />}
      />
      {open !== null && <Opened of={open} thread={thread} messages={messages} onClose={() => setOpen(null)} />}
    </>
  );
}

function useForAll(thread: ThreadDetail, others: ReturnType<typeof useSpamAndCopy>, setOpen: (entry: Entry) => void) {
  const { t } = useTranslation();
  const merges = useOrgQuery(api.inbox.merges.queries.list, { threadId: thread.id }) ?? [];
  const { undoMerge } = useMerging();
  const maySeeAudit = useCan("audit.read");
  return [
    {
      id: "call",
      label: t("calls.log"),
      icon: <Phone size={14} />,
      keys: "p",
      onAction: () => setOpen("call"),
    },
    {
      id: "merge",
      label: t("merging.merge"),
      icon: <Merge size={14} />,
      keys: "m",
      onAction: () => setOpen("merge"),
    },
    {
      id: "split",
      label: t("merging.split"),
      icon: <Split size={14} />,
      keys: "shift+s",
      onAction: () => setOpen("split"),
    },
    ...others.map(({ run: onAction, ...item }) => ({ ...item, onAction })),
    ...(maySeeAudit
      ? [
          {
            id: "audit",
            label: t("audit.ofThread"),
            icon: <ScrollText size={14} />,
            onAction: () => setOpen("audit"),
          },
        ]
      : []),
    ...merges.map(({ id, number }) => ({
      id,
      label: t("merging.undoOf", { number }),
      icon: <Undo2 size={14} />,
      onAction: () => undoMerge([id]),
    })),
  ];
}

function Opened({ of, thread, messages, onClose }: ThreadMenuProps & { of: Entry; onClose: () => void }) {
  const { t } = useTranslation();
  switch (of) {
    case "call":
      return <CallDialog of={{ threadId: thread.id }} onClose={onClose} />;
    case "merge":
      return <MergeDialog thread={thread} onClose={onClose} />;
    case "split":
      return <SplitDialog thread={thread} messages={messages} onClose={onClose} />;
    case "audit":
      return (
        <Dialog title={t("audit.ofThread")} isOpen onClose={onClose}>
          <AuditTrail subject={{ table: "threads", id: thread.id }} />
        </Dialog>
      );
  }
}
