import {
  AlarmClock,
  CheckCheck,
  CircleDot,
  EllipsisVertical,
  Eye,
  EyeOff,
  Flag,
  MailQuestion,
  Merge,
  Shapes,
  ShieldX,
  UserRoundCheck,
  Zap,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { PRIORITIES, THREAD_STATUSES, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { IconButton } from "../../../components/ui/button";
import { Menu, type MenuGroupData } from "../../../components/ui/menu";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useCan, useOrg } from "../../../lib/org";
import { dateTime, localZone } from "../../../lib/time-format";
import { snoozePresets } from "../snooze-times";
import type { Bulk } from "./use-bulk";
import { BULK_KEYS, type Panel } from "./use-bulk-keys";

type BulkMenuProps = {
  bulk: Bulk;
  open: Panel | null;
  show: (panel: Panel) => void;
  /** Closes it if it is still what is open: what was chosen in it may have opened something else. */
  close: (panel: Panel) => void;
};

/** The people, and the teams where there are any. */
export function AssignChoice({ bulk, open, show, close }: BulkMenuProps) {
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
  const teams = [
    { id: "none", label: t("bulk.noTeam"), onAction: () => bulk.assignTeam(null) },
    ...bulk.teams.map(({ id, name }) => ({ id, label: name, onAction: () => bulk.assignTeam(id) })),
  ];
  const groups: MenuGroupData[] = [{ id: t("bulk.assign"), items: people }];
  if (bulk.teams.length > 0) groups.push({ id: "teams", title: t("bulk.team"), items: teams });
  return (
    <Menu
      label={t("bulk.assign")}
      placement="bottom start"
      groups={groups}
      isOpen={open === "assign"}
      onOpenChange={(isOpen) => (isOpen ? show("assign") : close("assign"))}
      trigger={
        <IconButton label={t("bulk.assign")} keys={BULK_KEYS.assign} icon={<UserRoundCheck aria-hidden size={16} />} />
      }
    />
  );
}

export function SnoozeChoice({ bulk, open, show, close }: BulkMenuProps) {
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
  return (
    <Menu
      label={t("bulk.snooze")}
      placement="bottom start"
      groups={[{ id: t("bulk.snooze"), items: times }]}
      isOpen={open === "snooze"}
      onOpenChange={(isOpen) => (isOpen ? show("snooze") : close("snooze"))}
      trigger={
        <IconButton label={t("bulk.snooze")} keys={BULK_KEYS.snooze} icon={<AlarmClock aria-hidden size={16} />} />
      }
    />
  );
}

/** What the menu behind "more" becomes when one of its entries has choices of its own. */
const FURTHER = ["status", "priority", "type"] as const satisfies readonly Panel[];

/** What there is no room for beside the others. */
export function MoreChoice({ bulk, open, show, close }: BulkMenuProps) {
  const { t } = useTranslation();
  const further = FURTHER.find((each) => each === open);
  const ownGroups = useMoreGroups(bulk, show);
  const choices = useFurtherChoices(bulk);
  const shown = further ?? "more";
  const label = further === undefined ? t("bulk.more") : t(`bulk.${further}`);
  return (
    <Menu
      label={label}
      placement="bottom start"
      groups={further === undefined ? ownGroups : [{ id: further, title: label, items: choices[further] }]}
      isOpen={open === shown}
      onOpenChange={(isOpen) => (isOpen ? show("more") : close(shown))}
      trigger={<IconButton label={t("bulk.more")} icon={<EllipsisVertical aria-hidden size={16} />} />}
    />
  );
}

function useFurtherChoices(bulk: Bulk) {
  const { t } = useTranslation();
  return {
    status: THREAD_STATUSES.map((status) => ({
      id: status,
      label: t(`threadStatus.${status}`),
      onAction: () => bulk.setStatus(status),
    })),
    priority: PRIORITIES.map((priority) => ({
      id: priority,
      label: t(`priorities.${priority}`),
      onAction: () => bulk.setPriority(priority),
    })),
    type: THREAD_TYPES.map((type) => ({
      id: type,
      label: t(`slaSettings.types.${type}`),
      onAction: () => bulk.setType(type),
    })),
  };
}

function useMoreGroups(bulk: Bulk, show: (panel: Panel) => void): MenuGroupData[] {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const marks = [
    { id: "read", label: t("bulk.read"), icon: <CheckCheck size={14} />, onAction: bulk.markRead },
    {
      id: "unread",
      label: t("bulk.unread"),
      keys: BULK_KEYS.unread,
      icon: <MailQuestion size={14} />,
      onAction: bulk.markUnread,
    },
    {
      id: "follow",
      label: t("bulk.follow"),
      keys: BULK_KEYS.follow,
      icon: <Eye size={14} />,
      onAction: () => bulk.follow(true),
    },
    { id: "unfollow", label: t("bulk.unfollow"), icon: <EyeOff size={14} />, onAction: () => bulk.follow(false) },
  ];
  const groups: MenuGroupData[] = [{ id: t("bulk.more"), items: marks }];
  if (!mayReply) return groups;
  const facts = [
    { id: "status", label: `${t("bulk.status")}…`, icon: <CircleDot size={14} />, onAction: () => show("status") },
    { id: "priority", label: `${t("bulk.priority")}…`, icon: <Flag size={14} />, onAction: () => show("priority") },
    { id: "type", label: `${t("bulk.type")}…`, icon: <Shapes size={14} />, onAction: () => show("type") },
  ];
  const merge = {
    id: "merge",
    label: t("bulk.merge"),
    keys: BULK_KEYS.merge,
    icon: <Merge size={14} />,
    onAction: () => show("merge"),
  };
  const deeds = [
    {
      id: "macro",
      label: t("macros.bulk"),
      keys: BULK_KEYS.macro,
      icon: <Zap size={14} />,
      onAction: () => show("macro"),
    },
    ...(bulk.target.kind === "threads" ? [merge] : []),
    { id: "spam", label: t("bulk.spam"), keys: BULK_KEYS.spam, icon: <ShieldX size={14} />, onAction: bulk.markSpam },
  ];
  return [...groups, { id: t("bulk.type"), items: facts }, { id: t("macros.bulk"), items: deeds }];
}
