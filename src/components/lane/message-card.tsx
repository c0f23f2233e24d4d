import { Link } from "@tanstack/react-router";
import { CirclePause, EllipsisVertical, Hand, Play, Send, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LaneMessage } from "../../lib/api-types";
import { useNow } from "../../lib/now";
import { WhyButton } from "../delivery/why-button";
import { ChannelIcon } from "../status";
import { Button, IconButton } from "../ui/button";
import { cx } from "../ui/classes";
import { Dialog } from "../ui/dialog";
import { Menu, type MenuGroupData } from "../ui/menu";
import { ForeseenLine } from "./foreseen-line";
import { TimeButton } from "./time-button";
import { TimeDialog } from "./time-dialog";
import type { LaneDeeds } from "./use-lane-deeds";

type Open = "time" | "lift" | "cancel" | null;

/** One message ahead: when, what, from whom, what will become of it, and what can be done about it. */
export function MessageCard({ message, deeds }: { message: LaneMessage; deeds: LaneDeeds }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>(null);
  const mayChange = deeds.mayChange(message);
  const title = message.subject || message.sourceLabel;
  const { foreseen, answer } = message;
  const close = () => setOpen(null);
  return (
    <li
      data-testid="lane-message"
      className={cx("flex gap-2 rounded-md border border-line px-3 py-2", foreseen?.kind === "dropped" && "bg-sunken")}
    >
      <TimeButton message={message} isDisabled={!mayChange} deeds={deeds} onOpen={() => setOpen("time")} />
      <div className="flex min-w-0 grow flex-col gap-0.5">
        <p className="flex items-center gap-1.5 text-sm">
          <span className="shrink-0 text-muted">
            <ChannelIcon channel={message.channel} />
          </span>
          <span className={cx("min-w-0 truncate font-medium", foreseen?.kind === "dropped" && "line-through")}>
            {title}
          </span>
        </p>
        <p className="text-xs text-muted">
          {t(`sourceKinds.${message.sourceKind}`)}
          {message.subject !== "" && ` · ${message.sourceLabel}`}
          {answer !== null && ` · ${answer.author}`}
        </p>
        <ForeseenLine message={message} />
        <div className="flex items-center gap-3">
          <WhyButton queueId={message.id} />
          {answer !== null && (
            <Link
              to="/inbox/$threadId"
              params={{ threadId: answer.threadId }}
              className="rounded-sm text-xs text-muted underline decoration-line-strong underline-offset-2 hover:text-text max-md:py-2"
            >
              {t("lane.openThread")}
            </Link>
          )}
        </div>
      </div>
      {mayChange && <CardMenu message={message} deeds={deeds} title={title} onOpen={setOpen} />}
      {open === "time" && (
        <TimeDialog
          title={t("lane.moveTitle", { title })}
          initial={message.dueAt}
          latest={message.latestAt}
          onChoose={(at) => void (message.heldBy === null ? deeds.move(message, at) : deeds.lift(message, at))}
          onClose={close}
        />
      )}
      {open === "lift" && (
        <LiftDialog message={message} deeds={deeds} onShift={() => setOpen("time")} onClose={close} />
      )}
      {open === "cancel" && <CancelDialog message={message} deeds={deeds} title={title} onClose={close} />}
    </li>
  );
}

type CancelDialogProps = { message: LaneMessage; deeds: LaneDeeds; title: string; onClose: () => void };

function CancelDialog({ message, deeds, title, onClose }: CancelDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t("lane.cancelTitle", { title })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("lane.keep")}</Button>
          <Button
            variant="danger"
            autoFocus
            onPress={() => {
              onClose();
              void deeds.cancel(message);
            }}
          >
            {t("lane.cancel")}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t(message.answer === null ? "lane.cancelText" : "lane.cancelAnswerText")}</p>
    </Dialog>
  );
}

type CardMenuProps = { message: LaneMessage; deeds: LaneDeeds; title: string; onOpen: (open: Open) => void };

function CardMenu({ message, deeds, title, onOpen }: CardMenuProps) {
  const { t } = useTranslation();
  const now = useNow();
  const { heldBy, answer, movedFrom } = message;
  const isOverdue = message.dueAt <= now;
  const hold =
    heldBy === null
      ? { id: "hold", label: t("lane.hold"), icon: <CirclePause size={14} />, onAction: () => void deeds.hold(message) }
      : {
          id: "lift",
          label: t("lane.lift"),
          icon: <Play size={14} />,
          onAction: () => (isOverdue ? onOpen("lift") : void deeds.lift(message, null)),
        };
  const items: MenuGroupData["items"] = [
    { id: "move", label: t("lane.moveTo"), icon: <Hand size={14} />, onAction: () => onOpen("time") },
    { id: "now", label: t("lane.sendNow"), icon: <Send size={14} />, onAction: () => void deeds.sendNow(message) },
    ...(answer === null ? [hold] : []),
  ];
  if (movedFrom !== null && movedFrom > now) {
    const putBack = () => void deeds.move(message, movedFrom);
    items.push({ id: "back", label: t("lane.back"), icon: <Undo2 size={14} />, onAction: putBack });
  }
  const cancel = {
    id: "cancel",
    label: t("lane.cancel"),
    icon: <Trash2 size={14} />,
    isDanger: true,
    onAction: () => onOpen("cancel"),
  };
  return (
    <Menu
      label={t("lane.actions", { title })}
      trigger={
        <IconButton size="sm" label={t("lane.actions", { title })} icon={<EllipsisVertical aria-hidden size={14} />} />
      }
      groups={[
        { id: "change", items },
        { id: "end", items: [cancel] },
      ]}
    />
  );
}

type LiftDialogProps = { message: LaneMessage; deeds: LaneDeeds; onShift: () => void; onClose: () => void };

/** A held message whose time has passed: what becomes of it. */
function LiftDialog({ message, deeds, onShift, onClose }: LiftDialogProps) {
  const { t } = useTranslation();
  const choose = (deed: () => unknown) => () => {
    onClose();
    void deed();
  };
  return (
    <Dialog
      title={t("lane.liftTitle")}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button variant="danger" onPress={choose(() => deeds.cancel(message))}>
            {t("lane.drop")}
          </Button>
          <Button onPress={onShift}>{t("lane.shift")}</Button>
          <Button variant="primary" autoFocus onPress={choose(() => deeds.lift(message, null))}>
            {t("lane.sendNow")}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t("lane.liftText")}</p>
    </Dialog>
  );
}
