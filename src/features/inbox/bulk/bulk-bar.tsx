import {
  AlarmClock,
  Archive,
  CheckCheck,
  CircleDot,
  Eye,
  Flag,
  Merge,
  Shapes,
  MailQuestion,
  Reply,
  ShieldX,
  Tag,
  Trash2,
  UserRoundCheck,
  Users,
  X,
  Zap,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { ThreadFilter } from "../../../../convex/inbox/filters";
import { PRIORITIES, THREAD_STATUSES, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { Button, IconButton } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import { useCan, useOrg, useOrgQuery } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { dateTime, localZone } from "../../../lib/time-format";
import { DELETE_KEYS } from "../deletion/use-deletion";
import { MacroDialog } from "../macros/macro-dialog";
import { snoozePresets } from "../snooze-times";
import { MACRO_KEYS } from "../macros/thread-macros";
import { ReplyDialog } from "./reply-dialog";
import { TogetherDialog } from "./together-dialog";
import { TagDialog } from "./tag-dialog";
import type { Bulk, BulkTarget } from "./use-bulk";
import type { ListSelection } from "./use-selection";

/** As on one conversation (product.md 3.1). */
const BULK_KEYS = {
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

type BulkBarProps = { selection: ListSelection; bulk: Bulk; filter: ThreadFilter; hasMore: boolean };

/**
 * Stands over the list as soon as something is chosen: how much, all of it, and what to do with it. While it stands, its
 * keys are meant for what is chosen, also beside an open conversation, which has the same ones.
 */
export function BulkBar({ selection, bulk, filter, hasMore }: BulkBarProps) {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  useShortcuts(
    [
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
    ],
    "over",
  );
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

type Panel = "snooze" | "tag" | "reply" | "macro" | "assign" | "team" | "merge";

function BulkActions({ bulk, mayReply }: { bulk: Bulk; mayReply: boolean }) {
  const { t } = useTranslation();
  const mayAssign = useCan("inbox.assign");
  const mayDelete = useCan("threads.delete");
  const [open, setOpen] = useState<Panel | null>(null);
  // What was chosen when a dialog opened is what it is about.
  const [target, setTarget] = useState<BulkTarget>(bulk.target);
  const close = () => setOpen(null);
  const show = (panel: Panel) => {
    setTarget(bulk.target);
    setOpen(panel);
  };
  const menu = (panel: Panel) => ({
    isOpen: open === panel,
    onOpenChange: (isOpen: boolean) => (isOpen ? show(panel) : close()),
  });
  useBulkShortcuts({ bulk, mayReply, mayAssign, mayDelete, show });
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
      <IconButton
        label={t("bulk.unread")}
        keys={BULK_KEYS.unread}
        icon={<MailQuestion aria-hidden size={16} />}
        onPress={bulk.markUnread}
      />
      <FollowChoice bulk={bulk} />
      {mayAssign && <PeopleChoice bulk={bulk} {...menu("assign")} />}
      {mayAssign && bulk.teams.length > 0 && <TeamChoice bulk={bulk} {...menu("team")} />}
      {mayReply && <SnoozeChoice bulk={bulk} {...menu("snooze")} />}
      {mayReply && <ReplyActions bulk={bulk} show={show} />}
      {mayDelete && (
        <IconButton
          label={t("bulk.delete")}
          keys={BULK_KEYS.delete}
          icon={<Trash2 aria-hidden size={16} />}
          onPress={bulk.remove}
        />
      )}
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

type BulkShortcutProps = {
  bulk: Bulk;
  mayReply: boolean;
  mayAssign: boolean;
  mayDelete: boolean;
  show: (panel: Panel) => void;
};

/** The keys a single conversation has, for all that are chosen (product.md 3.1). */
function useBulkShortcuts({ bulk, mayReply, mayAssign, mayDelete, show }: BulkShortcutProps): void {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const group = "list" as const;
  const entry = (id: keyof typeof BULK_KEYS, label: string, run: () => void) => {
    return { id: `bulk-${id}`, keys: BULK_KEYS[id], label, group, run };
  };
  useShortcuts(
    [
      entry("unread", t("bulk.unread"), bulk.markUnread),
      entry("follow", t("bulk.follow"), () => bulk.follow(true)),
      { id: "bulk-read", keys: null, label: t("bulk.read"), group, run: bulk.markRead },
      ...(mayAssign
        ? [
            entry("assign", t("bulk.assign"), () => show("assign")),
            entry("assignMe", t("bulk.assignMe"), () => bulk.assign(membership.memberId)),
            ...(bulk.teams.length > 0 ? [entry("team", t("bulk.team"), () => show("team"))] : []),
          ]
        : []),
      ...(mayReply
        ? [
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

type OpenProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

function PeopleChoice({ bulk, ...menu }: { bulk: Bulk } & OpenProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const people = [
    { id: "nobody", label: t("common.nobody"), onAction: () => bulk.assign(null) },
    ...bulk.members.map(({ memberId, name }) => ({
      id: memberId,
      label: memberId === membership.memberId ? `${name} (${t("bulk.me")})` : name,
      onAction: () => bulk.assign(memberId),
    })),
  ];
  const icon = <UserRoundCheck aria-hidden size={16} />;
  return <Choice label={t("bulk.assign")} keys={BULK_KEYS.assign} icon={icon} items={people} {...menu} />;
}

function TeamChoice({ bulk, ...menu }: { bulk: Bulk } & OpenProps) {
  const { t } = useTranslation();
  const teams = [
    { id: "none", label: t("bulk.noTeam"), onAction: () => bulk.assignTeam(null) },
    ...bulk.teams.map(({ id, name }) => ({ id, label: name, onAction: () => bulk.assignTeam(id) })),
  ];
  const icon = <Users aria-hidden size={16} />;
  return <Choice label={t("bulk.team")} keys={BULK_KEYS.team} icon={icon} items={teams} {...menu} />;
}

function SnoozeChoice({ bulk, ...menu }: { bulk: Bulk } & OpenProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const times = [
    ...snoozePresets(now, localZone()).map(({ preset, at }) => ({
      id: preset,
      label: `${t(`snooze.presets.${preset}`)} · ${dateTime(at, language, now)}`,
      onAction: () => bulk.snooze(at),
    })),
    { id: "reply", label: t("snooze.untilReply"), onAction: () => bulk.snooze(null) },
  ];
  const icon = <AlarmClock aria-hidden size={16} />;
  return <Choice label={t("bulk.snooze")} keys={BULK_KEYS.snooze} icon={icon} items={times} {...menu} />;
}

function FollowChoice({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation();
  const items = [
    { id: "follow", label: t("bulk.follow"), onAction: () => bulk.follow(true) },
    { id: "unfollow", label: t("bulk.unfollow"), onAction: () => bulk.follow(false) },
  ];
  return <Choice label={t("bulk.follow")} keys={BULK_KEYS.follow} icon={<Eye aria-hidden size={16} />} items={items} />;
}

function TypeChoice({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation();
  const types = THREAD_TYPES.map((type) => ({
    id: type,
    label: t(`slaSettings.types.${type}`),
    onAction: () => bulk.setType(type),
  }));
  return <Choice label={t("bulk.type")} icon={<Shapes aria-hidden size={16} />} items={types} />;
}

type ChoiceItem = { id: string; label: string; onAction: () => void };

type ChoiceProps = { label: string; icon: ReactNode; items: ChoiceItem[]; keys?: string } & Partial<OpenProps>;

function Choice({ label, icon, items, keys, ...menu }: ChoiceProps) {
  return (
    <Menu
      label={label}
      placement="bottom start"
      groups={[{ id: label, items }]}
      trigger={<IconButton label={label} icon={icon} {...(keys === undefined ? {} : { keys })} />}
      {...menu}
    />
  );
}

/** What those may do who answer customers. */
function ReplyActions({ bulk, show }: { bulk: Bulk; show: (panel: Panel) => void }) {
  const { t } = useTranslation();
  return (
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
      <TypeChoice bulk={bulk} />
      <IconButton
        label={t("bulk.tag")}
        keys={BULK_KEYS.tag}
        icon={<Tag aria-hidden size={16} />}
        onPress={() => show("tag")}
      />
      <IconButton
        label={t("bulk.reply")}
        keys={BULK_KEYS.reply}
        icon={<Reply aria-hidden size={16} />}
        onPress={() => show("reply")}
      />
      <IconButton
        label={t("macros.bulk")}
        keys={BULK_KEYS.macro}
        icon={<Zap aria-hidden size={16} />}
        onPress={() => show("macro")}
      />
      {bulk.target.kind === "threads" && (
        <IconButton
          label={t("bulk.merge")}
          keys={BULK_KEYS.merge}
          icon={<Merge aria-hidden size={16} />}
          onPress={() => show("merge")}
        />
      )}
      <IconButton
        label={t("bulk.spam")}
        keys={BULK_KEYS.spam}
        icon={<ShieldX aria-hidden size={16} />}
        onPress={bulk.markSpam}
      />
    </>
  );
}
