import { Check, CirclePause, Ellipsis, History, Link2, MailQuestion, PencilLine, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { ChannelIcon } from "../status";
import { StatusBadge } from "../ui/badge";
import { IconButton } from "../ui/button";
import { cx } from "../ui/classes";
import { Menu } from "../ui/menu";
import { ExactTime } from "../ui/time";
import { toastError } from "../ui/toast";
import { useCopy } from "../ui/use-copy";
import { AskDialog } from "./ask-dialog";
import { CellDialog } from "./cell-dialog";
import { LedgerDialog } from "./ledger-dialog";
import { useLocalText } from "./local-text";
import { RecordDialog } from "./record-dialog";
import { OptInRequests } from "./opt-in-requests";
import type { Cell, ConsentTarget, Standing } from "./types";

type OpenDialog = { kind: "record" | "ask"; target: ConsentTarget | null } | { kind: "ledger" } | null;

/** What may be sent to a contact: topic by topic, channel by channel, with the reason behind each. */
export function ContactConsent({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const standing = useOrgQuery(api.contacts.consents.queries.standing, { contactId });
  if (standing === undefined || standing.addresses.length === 0) return null;
  return (
    <Section title={t("consent.section")} actions={<Actions contactId={contactId} onOpen={setDialog} />}>
      <Wishes standing={standing} />
      <ul className="divide-y divide-line rounded-md border border-line">
        {standing.topics.map((topic) => (
          <TopicRow key={topic.key} topic={topic} contactId={contactId} standing={standing} onOpen={setDialog} />
        ))}
      </ul>
      <OptInRequests contactId={contactId} />
      {dialog?.kind === "ledger" && <LedgerDialog contactId={contactId} onClose={() => setDialog(null)} />}
      {dialog?.kind === "record" && (
        <RecordDialog
          contactId={contactId}
          standing={standing}
          target={dialog.target}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.kind === "ask" && (
        <AskDialog contactId={contactId} standing={standing} target={dialog.target} onClose={() => setDialog(null)} />
      )}
    </Section>
  );
}

type ActionsProps = { contactId: Id<"contacts">; onOpen: (dialog: OpenDialog) => void };

function Actions({ contactId, onOpen }: ActionsProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const createLink = useOrgMutation(api.tracking.preferences.mutations.createLink);
  const copy = useCopy();
  const copyLink = async () => {
    try {
      await copy(await createLink({ contactId }), t("consent.linkCopied"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const item = (id: string, label: string, icon: React.ReactNode, onAction: () => void) => ({
    id,
    label,
    icon,
    onAction,
  });
  const edits = [
    item("record", t("consent.record"), <PencilLine size={14} />, () => onOpen({ kind: "record", target: null })),
    item("ask", t("consent.ask"), <MailQuestion size={14} />, () => onOpen({ kind: "ask", target: null })),
    item("link", t("consent.copyLink"), <Link2 size={14} />, () => void copyLink()),
  ];
  return (
    <Menu
      label={t("consent.actions")}
      groups={[
        {
          id: "consent",
          items: [
            item("history", t("consent.history"), <History size={14} />, () => onOpen({ kind: "ledger" })),
            ...(mayEdit ? edits : []),
          ],
        },
      ]}
      trigger={<IconButton size="sm" label={t("consent.actions")} icon={<Ellipsis size={16} />} />}
    />
  );
}

function Wishes({ standing }: { standing: Standing }) {
  const { t } = useTranslation();
  const { pausedUntil, everyDays } = standing;
  if (pausedUntil === null && everyDays === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
      {pausedUntil !== null && (
        <>
          <StatusBadge tone="warn" icon={CirclePause} label={t("consent.paused")} />
          <ExactTime at={pausedUntil} />
        </>
      )}
      {everyDays !== null && <span>{t("consent.everyDays", { count: everyDays })}</span>}
    </div>
  );
}

type TopicRowProps = {
  topic: Standing["topics"][number];
  contactId: Id<"contacts">;
  standing: Standing;
  onOpen: (dialog: OpenDialog) => void;
};

function TopicRow({ topic, standing, onOpen }: TopicRowProps) {
  const localText = useLocalText();
  const [open, setOpen] = useState<Cell | null>(null);
  const name = localText(topic.name);
  return (
    <li className="flex items-center justify-between gap-2 px-3 py-1.5">
      <span className="min-w-0 truncate text-sm" title={name}>
        {name}
      </span>
      <span className="flex shrink-0 gap-1">
        {topic.cells.map((cell) => (
          <CellButton key={cell.channel} cell={cell} topicName={name} onPress={() => setOpen(cell)} />
        ))}
      </span>
      {open !== null && (
        <CellDialog
          cell={open}
          topicName={name}
          purpose={topic.purpose}
          standing={standing}
          onClose={() => setOpen(null)}
          onRecord={() => onOpen({ kind: "record", target: { topic: topic.key, channel: open.channel } })}
          onAsk={() => onOpen({ kind: "ask", target: { topic: topic.key, channel: open.channel } })}
        />
      )}
    </li>
  );
}

function CellButton({ cell, topicName, onPress }: { cell: Cell; topicName: string; onPress: () => void }) {
  const { t } = useTranslation();
  const Mark = cell.isAllowed ? Check : X;
  const label = t(cell.isAllowed ? "consent.cellYes" : "consent.cellNo", {
    topic: topicName,
    channel: t(`channels.${cell.channel}`),
  });
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
      className={cx(
        "inline-flex h-7 items-center gap-1 rounded-md border px-1.5 transition-colors max-md:h-11 max-md:px-2.5",
        cell.isAllowed ? "border-ok/40 bg-ok-soft text-ok" : "border-line text-faint hover:bg-hover",
      )}
    >
      <span aria-hidden className="inline-flex">
        <ChannelIcon channel={cell.channel} size={13} />
      </span>
      <Mark aria-hidden size={13} strokeWidth={2.5} />
    </button>
  );
}
