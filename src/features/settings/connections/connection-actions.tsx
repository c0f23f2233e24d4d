import {
  ArrowDown,
  ArrowUp,
  AtSign,
  Globe,
  PencilLine,
  PlugZap,
  Power,
  RotateCcw,
  Trash2,
  Webhook,
} from "lucide-react";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { MenuGroupData } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import type { Connection } from "./connections";

type ConnectionActions = {
  check: () => void;
  resetBreaker: () => void;
  toggle: () => void;
  /** Absent at the ends of the list. */
  moveUp?: () => void;
  moveDown?: () => void;
};

/** What can be done with an account at once. `siblings`: all accounts of the channel in their order. */
export function useConnectionActions(
  { id: connectionId, name, channel, isEnabled }: Connection,
  place: number,
  siblings: Id<"connections">[],
): ConnectionActions {
  const { t } = useTranslation();
  const check = useOrgMutation(api.delivery.checks.mutations.check);
  const setEnabled = useOrgMutation(api.connections.accounts.mutations.setEnabled);
  const reorder = useOrgMutation(api.connections.accounts.mutations.reorder);
  const resetBreaker = useOrgMutation(api.connections.mutations.resetBreaker);
  const run = (work: () => Promise<unknown>, done?: () => void) => {
    work().then(done, (thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const move = (by: -1 | 1) => () => {
    const connectionIds = siblings.filter((id) => id !== connectionId);
    connectionIds.splice(place + by, 0, connectionId);
    run(() => reorder({ channel, connectionIds }));
  };
  const undo = () => run(() => setEnabled({ connectionId, isEnabled }));
  return {
    check: () => run(() => check({ connectionId })),
    resetBreaker: () =>
      run(
        () => resetBreaker({ connectionId }),
        () => toast(t("connections.breakerReset", { name })),
      ),
    toggle: () =>
      run(
        () => setEnabled({ connectionId, isEnabled: !isEnabled }),
        () => toast(t(isEnabled ? "connections.disabled" : "connections.enabled", { name }), { undo }),
      ),
    ...(place > 0 ? { moveUp: move(-1) } : {}),
    ...(place < siblings.length - 1 ? { moveDown: move(1) } : {}),
  };
}

/** What opens something; null where the account has no such thing. */
type MenuTargets = {
  onEdit: () => void;
  onWebhook: (() => void) | null;
  onDomain: (() => void) | null;
  onSenders: (() => void) | null;
  onRemove: () => void;
};

/** The actions as a menu. */
export function menuOf(
  { isEnabled, breaker }: Connection,
  actions: ConnectionActions,
  { onEdit, onWebhook, onDomain, onSenders, onRemove }: MenuTargets,
  t: TFunction,
): MenuGroupData[] {
  const item = (id: string, label: string, icon: ReactNode, action: (() => void) | undefined) => ({
    id,
    label,
    icon,
    isDisabled: action === undefined,
    onAction: () => action?.(),
  });
  const reset = item("reset", t("connections.resetBreaker"), <RotateCcw size={14} />, actions.resetBreaker);
  const power = t(isEnabled ? "connections.disable" : "connections.enable");
  return [
    {
      id: "work",
      items: [
        item("edit", t("connections.edit"), <PencilLine size={14} />, onEdit),
        item("check", t("connections.check"), <PlugZap size={14} />, actions.check),
        ...(onWebhook === null ? [] : [item("webhook", t("connections.webhook"), <Webhook size={14} />, onWebhook)]),
        ...(onDomain === null ? [] : [item("domain", t("domainHealth.menu"), <Globe size={14} />, onDomain)]),
        ...(onSenders === null ? [] : [item("senders", t("senders.title"), <AtSign size={14} />, onSenders)]),
        ...(breaker.kind === "closed" ? [] : [reset]),
      ],
    },
    {
      id: "order",
      items: [
        item("up", t("connections.up"), <ArrowUp size={14} />, actions.moveUp),
        item("down", t("connections.down"), <ArrowDown size={14} />, actions.moveDown),
      ],
    },
    {
      id: "end",
      items: [
        item("toggle", power, <Power size={14} />, actions.toggle),
        { ...item("remove", t("connections.remove"), <Trash2 size={14} />, onRemove), isDanger: true },
      ],
    },
  ];
}
