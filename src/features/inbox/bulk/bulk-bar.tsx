import {
  Archive,
  CheckCheck,
  CircleDot,
  Flag,
  MailQuestion,
  Reply,
  ShieldX,
  Tag,
  UserRoundCheck,
  Users,
  X,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { ThreadFilter } from "../../../../convex/inbox/filters";
import { PRIORITIES, THREAD_STATUSES } from "../../../../convex/lib/closedSets";
import { Button, IconButton } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import { useCan, useOrg, useOrgQuery } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import { ReplyDialog } from "./reply-dialog";
import { TagDialog } from "./tag-dialog";
import type { Bulk, BulkTarget } from "./use-bulk";
import type { ListSelection } from "./use-selection";

type BulkBarProps = { selection: ListSelection; bulk: Bulk; filter: ThreadFilter; hasMore: boolean };

/** Stands over the list as soon as something is chosen: how much, all of it, and what to do with it. */
export function BulkBar({ selection, bulk, filter, hasMore }: BulkBarProps) {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  useShortcuts([
    { id: "bulkClear", keys: "escape", label: t("bulk.clear"), group: "list", run: selection.clear },
    ...(mayReply
      ? [
          {
            id: "bulkClose",
            keys: "e",
            label: t("bulk.close"),
            group: "list" as const,
            run: () => bulk.setStatus("closed"),
          },
        ]
      : []),
  ]);
  return (
    <div
      role="group"
      aria-label={t("bulk.bar")}
      data-testid="bulk-bar"
      className="flex shrink-0 flex-col gap-1 border-b border-line bg-accent-soft px-4 py-1.5"
    >
      <div className="flex min-h-8 items-center gap-2 text-sm">
        <span aria-live="polite" className="grow font-medium">
          {selection.isAllMatching ? t("bulk.allChosen") : t("bulk.chosen", { count: selection.count })}
        </span>
        <AllButton selection={selection} filter={filter} hasMore={hasMore} />
        <IconButton
          size="sm"
          label={t("bulk.clear")}
          keys="escape"
          icon={<X aria-hidden size={15} />}
          onPress={selection.clear}
        />
      </div>
      <BulkActions bulk={bulk} mayReply={mayReply} />
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

function BulkActions({ bulk, mayReply }: { bulk: Bulk; mayReply: boolean }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const mayAssign = useCan("inbox.assign");
  const [isTagging, setIsTagging] = useState(false);
  const [replyTo, setReplyTo] = useState<BulkTarget | null>(null);
  const teams = [
    { id: "none", label: t("bulk.noTeam"), onAction: () => bulk.assignTeam(null) },
    ...bulk.teams.map(({ id, name }) => ({ id, label: name, onAction: () => bulk.assignTeam(id) })),
  ];
  const people = [
    { id: "nobody", label: t("common.nobody"), onAction: () => bulk.assign(null) },
    ...bulk.members.map(({ memberId, name }) => ({
      id: memberId,
      label: memberId === membership.memberId ? `${name} (${t("bulk.me")})` : name,
      onAction: () => bulk.assign(memberId),
    })),
  ];
  return (
    <div className="-ml-1.5 flex flex-wrap items-center gap-0.5">
      {mayReply && (
        <IconButton
          label={t("bulk.close")}
          keys="e"
          icon={<Archive aria-hidden size={16} />}
          onPress={() => bulk.setStatus("closed")}
        />
      )}
      <IconButton label={t("bulk.read")} icon={<CheckCheck aria-hidden size={16} />} onPress={bulk.markRead} />
      <IconButton label={t("bulk.unread")} icon={<MailQuestion aria-hidden size={16} />} onPress={bulk.markUnread} />
      {mayAssign && <Choice label={t("bulk.assign")} icon={<UserRoundCheck aria-hidden size={16} />} items={people} />}
      {mayAssign && bulk.teams.length > 0 && (
        <Choice label={t("bulk.team")} icon={<Users aria-hidden size={16} />} items={teams} />
      )}
      {mayReply && (
        <>
          <Choice
            label={t("bulk.status")}
            icon={<CircleDot aria-hidden size={16} />}
            items={THREAD_STATUSES.map((status) => ({
              id: status,
              label: t(`threadStatus.${status}`),
              onAction: () => bulk.setStatus(status),
            }))}
          />
          <Choice
            label={t("bulk.priority")}
            icon={<Flag aria-hidden size={16} />}
            items={PRIORITIES.map((priority) => ({
              id: priority,
              label: t(`priorities.${priority}`),
              onAction: () => bulk.setPriority(priority),
            }))}
          />
          <IconButton label={t("bulk.tag")} icon={<Tag aria-hidden size={16} />} onPress={() => setIsTagging(true)} />
          <IconButton
            label={t("bulk.reply")}
            icon={<Reply aria-hidden size={16} />}
            onPress={() => setReplyTo(bulk.target)}
          />
          <IconButton label={t("bulk.spam")} icon={<ShieldX aria-hidden size={16} />} onPress={bulk.markSpam} />
        </>
      )}
      {replyTo !== null && (
        <ReplyDialog
          target={replyTo}
          onClose={() => setReplyTo(null)}
          onSend={(text, close) => bulk.reply(replyTo, text, close)}
        />
      )}
      {isTagging && <TagDialog onClose={() => setIsTagging(false)} onTag={bulk.setTag} />}
    </div>
  );
}

type ChoiceItem = { id: string; label: string; onAction: () => void };

function Choice({ label, icon, items }: { label: string; icon: ReactNode; items: ChoiceItem[] }) {
  return (
    <Menu
      label={label}
      placement="bottom start"
      groups={[{ id: label, items }]}
      trigger={<IconButton label={label} icon={icon} />}
    />
  );
}
