import {
  Archive,
  Ban,
  CalendarCheck,
  CalendarX,
  Check,
  CheckCheck,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleQuestionMark,
  Clock,
  Eye,
  Hourglass,
  ClipboardList,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageSquareText,
  MessagesSquare,
  PencilLine,
  Play,
  Route,
  Send,
  SkipForward,
  TriangleAlert,
  Undo2,
  UserCheck,
  UserX,
  Webhook,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ThreadChannel } from "../../convex/lib/closedSets";
import type { BookingRow, DeliveryStatus, JourneyStep, QueueState, SequenceRow, ThreadStatus } from "../lib/api-types";
import { StatusBadge, type Tone } from "./ui/badge";

// Every state of the product with its colour, icon and word, in one place.

type Look = { tone: Tone; icon: LucideIcon };

const THREAD: Record<ThreadStatus, Look> = {
  open: { tone: "accent", icon: CircleDot },
  in_progress: { tone: "info", icon: Play },
  waiting_customer: { tone: "neutral", icon: Hourglass },
  waiting_internal: { tone: "neutral", icon: CirclePause },
  escalated: { tone: "danger", icon: TriangleAlert },
  resolved: { tone: "ok", icon: CircleCheck },
  closed: { tone: "neutral", icon: Archive },
};

const BOOKING: Record<BookingRow["status"], Look> = {
  confirmed: { tone: "accent", icon: CalendarCheck },
  checked_in: { tone: "info", icon: UserCheck },
  completed: { tone: "ok", icon: CircleCheck },
  cancelled: { tone: "danger", icon: CalendarX },
  rescheduled: { tone: "warn", icon: Route },
  no_show: { tone: "warn", icon: UserX },
  taken_back: { tone: "neutral", icon: Undo2 },
};

export type MessageStateKind = QueueState["kind"];

const MESSAGE: Record<MessageStateKind, Look> = {
  pending: { tone: "neutral", icon: Clock },
  held: { tone: "warn", icon: CirclePause },
  sending: { tone: "info", icon: Send },
  sent: { tone: "info", icon: Check },
  delivered: { tone: "ok", icon: CheckCheck },
  read: { tone: "ok", icon: Eye },
  bounced: { tone: "danger", icon: CircleAlert },
  failed: { tone: "danger", icon: CircleAlert },
  dead: { tone: "danger", icon: Ban },
  unknown: { tone: "warn", icon: CircleQuestionMark },
  skipped: { tone: "neutral", icon: SkipForward },
  cancelled: { tone: "neutral", icon: Ban },
};

const STEP: Record<JourneyStep["state"]["kind"], Look> = {
  waiting: { tone: "neutral", icon: Hourglass },
  planned: { tone: "neutral", icon: Clock },
  sent: { tone: "info", icon: Check },
  skipped: { tone: "warn", icon: SkipForward },
  cancelled: { tone: "neutral", icon: Ban },
  failed: { tone: "danger", icon: CircleAlert },
};

const SEQUENCE: Record<SequenceRow["status"], Look> = {
  draft: { tone: "neutral", icon: PencilLine },
  active: { tone: "ok", icon: Play },
  paused: { tone: "warn", icon: CirclePause },
  archived: { tone: "neutral", icon: Archive },
};

const CHANNEL_ICONS: Record<ThreadChannel | "best", LucideIcon> = {
  email: Mail,
  sms: MessageSquareText,
  whatsapp: MessageCircle,
  webhook: Webhook,
  best: Route,
  internal_comment: MessagesSquare,
  internal_ticket: ClipboardList,
};

export function threadStatusIcon(status: ThreadStatus): LucideIcon {
  return THREAD[status].icon;
}

export function ThreadStatusBadge({ status }: { status: ThreadStatus }) {
  const { t } = useTranslation();
  return <StatusBadge {...THREAD[status]} label={t(`threadStatus.${status}`)} />;
}

export function BookingStatusBadge({ status }: { status: BookingRow["status"] }) {
  const { t } = useTranslation();
  return <StatusBadge {...BOOKING[status]} label={t(`bookingStatus.${status}`)} />;
}

export function MessageStateBadge({ kind }: { kind: MessageStateKind }) {
  const { t } = useTranslation();
  return <StatusBadge {...MESSAGE[kind]} label={t(`delivery.${kind}`)} />;
}

export function SequenceStatusBadge({ status }: { status: SequenceRow["status"] }) {
  const { t } = useTranslation();
  return <StatusBadge {...SEQUENCE[status]} label={t(`sequenceStatus.${status}`)} />;
}

/** A step of a journey; once its message is on the way, the message's own state says more. */
export function StepStateBadge({ step }: { step: JourneyStep }) {
  const { t } = useTranslation();
  const messageKind = step.messageState;
  if ((step.state.kind === "sent" || step.state.kind === "planned") && isMessageKind(messageKind)) {
    if (messageKind !== "pending") return <MessageStateBadge kind={messageKind} />;
  }
  return <StatusBadge {...STEP[step.state.kind]} label={t(`stepState.${step.state.kind}`)} />;
}

function isMessageKind(kind: string | undefined): kind is MessageStateKind {
  return kind !== undefined && kind in MESSAGE;
}

const DELIVERY_TEXT: Record<DeliveryStatus, string> = {
  pending: "text-faint",
  sent: "text-muted",
  delivered: "text-muted",
  read: "text-accent-text",
  failed: "text-danger",
  bounced: "text-danger",
};

/** Delivery of one's own message, small enough to stand under it. */
export function DeliveryMark({ status }: { status: DeliveryStatus }) {
  const { t } = useTranslation();
  const Icon = status === "pending" ? CircleDashed : MESSAGE[status].icon;
  return (
    <span className={`inline-flex items-center gap-1 ${DELIVERY_TEXT[status]}`}>
      <Icon aria-hidden size={13} />
      {t(`delivery.${status}`)}
    </span>
  );
}

/** The channel's icon with its name for screen readers and as a tooltip. */
export function ChannelIcon({ channel, size = 14 }: { channel: ThreadChannel | "best"; size?: number }) {
  const { t } = useTranslation();
  const Icon = CHANNEL_ICONS[channel];
  return (
    <span title={t(`channels.${channel}`)} className="inline-flex shrink-0 align-middle">
      <Icon aria-hidden size={size} />
      <span className="sr-only">{t(`channels.${channel}`)}</span>
    </span>
  );
}
