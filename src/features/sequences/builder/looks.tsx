import {
  CircleStop,
  CornerDownRight,
  Flag,
  Gauge,
  GitBranch,
  Hourglass,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageSquareText,
  Send,
  Shuffle,
  Timer,
  Webhook,
  Zap,
} from "lucide-react";
import { cx } from "../../../components/ui/classes";
import type { FlowNode } from "../../../lib/api-types";

const ICONS: Record<FlowNode["kind"], LucideIcon> = {
  message: Send,
  wait: Timer,
  wait_for: Hourglass,
  branch: GitBranch,
  split: Shuffle,
  limit: Gauge,
  deed: Zap,
  goal: Flag,
  jump: CornerDownRight,
  exit: CircleStop,
};

const CHANNEL_ICONS = { email: Mail, sms: MessageSquareText, whatsapp: MessageCircle, webhook: Webhook, best: Send };

const TONES: Record<FlowNode["kind"], string> = {
  message: "bg-accent-soft text-accent-text",
  wait: "bg-neutral-soft text-muted",
  wait_for: "bg-neutral-soft text-muted",
  branch: "bg-info-soft text-info",
  split: "bg-info-soft text-info",
  limit: "bg-neutral-soft text-muted",
  deed: "bg-warn-soft text-warn",
  goal: "bg-ok-soft text-ok",
  jump: "bg-neutral-soft text-muted",
  exit: "bg-neutral-soft text-muted",
};

export function KindIcon({ kind, size = 16 }: { kind: FlowNode["kind"]; size?: number }) {
  const Icon = ICONS[kind];
  return <Icon aria-hidden size={size} className="shrink-0" />;
}

type Look = { kind: FlowNode["kind"]; channel?: keyof typeof CHANNEL_ICONS };

/** What a step is, as a coloured square. */
export function NodeIcon({ node, isSmall = false }: { node: Look; isSmall?: boolean }) {
  const Icon = node.kind === "message" ? CHANNEL_ICONS[node.channel ?? "best"] : ICONS[node.kind];
  const size = isSmall ? "size-5" : "size-8";
  return (
    <span className={cx("flex shrink-0 items-center justify-center rounded-md", size, TONES[node.kind])}>
      <Icon aria-hidden size={isSmall ? 12 : 16} />
    </span>
  );
}
