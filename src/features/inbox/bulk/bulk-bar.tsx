import { Archive, Reply, Tag, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { ThreadFilter } from "../../../../convex/inbox/filters";
import { Button, IconButton } from "../../../components/ui/button";
import { useCan, useOrgQuery } from "../../../lib/org";
import { MacroDialog } from "../macros/macro-dialog";
import { AssignChoice, MoreChoice, SnoozeChoice } from "./bulk-menus";
import { ReplyDialog } from "./reply-dialog";
import { TagDialog } from "./tag-dialog";
import { TogetherDialog } from "./together-dialog";
import type { Bulk, BulkTarget } from "./use-bulk";
import { BULK_KEYS, type Panel, useBulkKeys } from "./use-bulk-keys";
import type { ListSelection } from "./use-selection";

type BulkBarProps = { selection: ListSelection; bulk: Bulk; filter: ThreadFilter; hasMore: boolean };

/**
 * Takes the place of what stands over the list as soon as something is chosen, so that no row moves: how much, all of it,
 * and what to do with it. While it stands, its keys are meant for what is chosen, also beside an open conversation, which
 * has the same ones.
 */
export function BulkBar({ selection, bulk, filter, hasMore }: BulkBarProps) {
  const { t } = useTranslation();
  return (
    <div
      role="group"
      aria-label={t("bulk.bar")}
      data-testid="bulk-bar"
      className="absolute inset-0 flex flex-col justify-center gap-0.5 border-b border-line bg-accent-soft px-4 max-md:gap-0"
    >
      <div className="-mr-1.5 flex items-center gap-2 text-sm">
        <h1 aria-live="polite" className="min-w-0 grow truncate font-medium">
          {selection.isAllMatching ? t("bulk.allChosen") : t("bulk.chosen", { count: selection.count })}
        </h1>
        <AllButton selection={selection} filter={filter} hasMore={hasMore} />
        <IconButton
          size="sm"
          label={t("bulk.clear")}
          keys="escape"
          icon={<X aria-hidden size={15} />}
          onPress={selection.clear}
        />
      </div>
      <BulkActions bulk={bulk} />
    </div>
  );
}

/** From the chosen rows to all that are loaded, and from those to all that match. */
function AllButton({ selection, filter, hasMore }: Omit<BulkBarProps, "bulk">) {
  const { t } = useTranslation();
  const offersMatching = selection.isEveryRow && hasMore && !selection.isAllMatching;
  const matching = useOrgQuery(api.inbox.bulk.queries.countMatching, offersMatching ? filter : "skip");
  if (selection.isAllMatching || (selection.isEveryRow && !hasMore)) return null;
  if (!selection.isEveryRow) {
    return (
      <Button size="sm" variant="quiet" onPress={selection.chooseAllRows}>
        {t("bulk.allRows")}
      </Button>
    );
  }
  const count = matching === undefined ? "" : `${matching.count}${matching.isMore ? "+" : ""}`;
  return (
    <Button size="sm" variant="quiet" onPress={selection.chooseAllMatching}>
      {t("bulk.allMatching", { number: count })}
    </Button>
  );
}

function BulkActions({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const mayAssign = useCan("inbox.assign");
  const mayDelete = useCan("threads.delete");
  const [open, setOpen] = useState<Panel | null>(null);
  // What was chosen when a dialog opened is what it is about.
  const [target, setTarget] = useState<BulkTarget>(bulk.target);
  const show = (panel: Panel) => {
    setTarget(bulk.target);
    setOpen(panel);
  };
  const close = () => setOpen(null);
  const menu = { bulk, open, show, close: (panel: Panel) => setOpen((now) => (now === panel ? null : now)) };
  useBulkKeys(bulk, show);
  return (
    <div className="-ml-2 flex items-center gap-1 max-md:-mr-2 max-md:gap-0">
      {mayReply && (
        <IconButton
          label={t("bulk.close")}
          keys={BULK_KEYS.close}
          icon={<Archive aria-hidden size={16} />}
          onPress={() => bulk.setStatus("closed")}
        />
      )}
      {mayAssign && <AssignChoice {...menu} />}
      {mayReply && <SnoozeChoice {...menu} />}
      {mayReply && (
        <IconButton
          label={t("bulk.tag")}
          keys={BULK_KEYS.tag}
          icon={<Tag aria-hidden size={16} />}
          onPress={() => show("tag")}
        />
      )}
      {mayReply && (
        <IconButton
          label={t("bulk.reply")}
          keys={BULK_KEYS.reply}
          icon={<Reply aria-hidden size={16} />}
          onPress={() => show("reply")}
        />
      )}
      {mayDelete && (
        <IconButton
          label={t("bulk.delete")}
          keys={BULK_KEYS.delete}
          icon={<Trash2 aria-hidden size={16} />}
          onPress={bulk.remove}
        />
      )}
      <MoreChoice {...menu} />
      {open === "reply" && (
        <ReplyDialog target={target} onClose={close} onSend={(text, ends) => bulk.reply(target, text, ends)} />
      )}
      {open === "macro" && <MacroDialog target={target} onClose={close} onRun={bulk.runMacro} />}
      {open === "merge" && target.kind === "threads" && (
        <TogetherDialog threadIds={target.threadIds} onClose={close} onMerged={bulk.clear} />
      )}
      {open === "tag" && <TagDialog onClose={close} onTag={bulk.setTag} />}
    </div>
  );
}
