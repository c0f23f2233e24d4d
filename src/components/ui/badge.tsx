import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./classes";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "danger" | "info";

const TONES: Record<Tone, string> = {
  neutral: "bg-neutral-soft text-muted",
  accent: "bg-accent-soft text-accent-text",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  danger: "bg-danger-soft text-danger",
  info: "bg-info-soft text-info",
};

const PILL = "inline-flex h-5 w-fit max-w-full shrink-0 items-center gap-1 rounded-full px-2 text-2xs font-medium";

export function Badge({
  tone = "neutral",
  children,
  className,
}: {
  tone?: Tone;
  children: ReactNode;
  className?: string;
}) {
  return <span className={cx(PILL, TONES[tone], className)}>{children}</span>;
}

/** A state: always colour, icon and word together. */
export function StatusBadge({ tone, icon: Icon, label }: { tone: Tone; icon: LucideIcon; label: string }) {
  return (
    <span className={cx(PILL, TONES[tone], "pl-1.5")}>
      <Icon aria-hidden size={12} className="shrink-0" />
      <span className="truncate">{label}</span>
    </span>
  );
}
