import { CheckCheck, ClipboardList, type LucideIcon, Phone, Truck, Wrench } from "lucide-react";
import type { ReactNode } from "react";
import { Button, ToggleButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { cx } from "../../../components/ui/classes";
import { toast } from "../../../components/ui/toast";
import type { ThreadDetail } from "../../../lib/api-types";
import { useIsPhone } from "../../../lib/media";
import { useOrg } from "../../../lib/org";
import type { ThreadActions } from "../use-thread-actions";

/** What a technician says on the way, and what S1 calls it. */
const STEPS = [
  { id: "onMyWay", status: "in_progress", icon: Truck },
  { id: "needsPart", status: "waiting_internal", icon: Wrench },
  { id: "done", status: "resolved", icon: CheckCheck },
] as const satisfies readonly { id: string; status: ThreadDetail["status"]; icon: LucideIcon }[];

const JOB_TYPES: readonly ThreadDetail["threadType"][] = ["installation_coordination", "technical_issue"];

type JobBarProps = {
  thread: ThreadDetail;
  actions: ThreadActions;
  /** Turns the field below to notes: words and photos of the job, where there are some. */
  onNote: () => void;
  /** Shows tasks, address and order. */
  onDetails: () => void;
};

/** A job by one thumb (product.md A-41): how far it is, the customer's phone, the tasks. On phones, for one's own and jobs. */
export function JobBar({ thread, actions, onNote, onDetails }: JobBarProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const isMine = thread.assignee?.memberId === membership.memberId;
  const isJob = isMine || JOB_TYPES.includes(thread.threadType);
  if (!useIsPhone() || !isJob || !thread.isOpen) return null;
  const number = thread.contactAddresses.find(({ channel }) => channel !== "email")?.address;
  const say = (id: (typeof STEPS)[number]["id"], status: ThreadDetail["status"]) => {
    const before = thread.status;
    actions.setStatus(status);
    onNote();
    toast(t("job.said", { step: t(`job.${id}`) }), { undo: () => actions.setStatus(before) });
  };
  return (
    <div
      role="group"
      aria-label={t("job.label")}
      className="flex shrink-0 divide-x divide-line border-t border-line bg-surface in-data-keyboard:hidden"
    >
      {STEPS.map(({ id, status, icon: Icon }) => (
        <ToggleButton
          key={id}
          isSelected={thread.status === status}
          onChange={(isSelected) => isSelected && say(id, status)}
          className={({ isSelected }) => cx(KEY, isSelected ? "bg-accent-soft text-accent-text" : "text-ink")}
        >
          <Icon aria-hidden size={17} />
          {t(`job.${id}`)}
        </ToggleButton>
      ))}
      {number !== undefined && (
        <a href={`tel:${number}`} className={cx(KEY, "text-ink")}>
          <Phone aria-hidden size={17} />
          {t("job.call")}
        </a>
      )}
      <Key onPress={onDetails}>
        <ClipboardList aria-hidden size={17} />
        {t("job.details")}
      </Key>
    </div>
  );
}

const KEY =
  "flex min-h-12 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 px-1 py-1.5 text-xs no-underline";

function Key({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return (
    <Button onPress={onPress} className={cx(KEY, "text-ink")}>
      {children}
    </Button>
  );
}
