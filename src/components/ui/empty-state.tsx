import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type EmptyStateProps = { icon: LucideIcon; title: string; text?: string; action?: ReactNode; children?: ReactNode };

/** Says why nothing is here and offers one action. */
export function EmptyState({ icon: Icon, title, text, action, children }: EmptyStateProps) {
  return (
    <div className="flex grow flex-col items-center justify-center gap-3 p-8 text-center">
      <span className="flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent-text">
        <Icon aria-hidden size={22} strokeWidth={1.6} />
      </span>
      <div className="flex max-w-80 flex-col gap-1">
        <p className="text-base font-semibold">{title}</p>
        {text !== undefined && <p className="text-sm text-balance text-muted">{text}</p>}
      </div>
      {action}
      {children}
    </div>
  );
}
