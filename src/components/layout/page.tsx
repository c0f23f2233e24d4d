import type { ReactNode } from "react";
import { cx } from "../ui/classes";

type PageProps = {
  title: string;
  description?: string;
  /** The link to the list that what is shown is in. */
  back?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
};

/** A screen with its title: everything but the inbox and the phone wall. */
export function Page({ title, description, back, actions, children, className }: PageProps) {
  return (
    <div className="flex h-full min-w-0 flex-col bg-surface">
      {back !== undefined && <div className="flex px-6 pt-3 max-md:px-4 max-md:pt-1">{back}</div>}
      <header
        className={cx(
          "flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-6 pb-1 max-md:px-4",
          back === undefined ? "min-h-14 pt-3" : "min-h-11",
        )}
      >
        <div className="min-w-0 grow">
          <h1 className="truncate text-lg font-semibold">{title}</h1>
          {description !== undefined && <p className="text-sm text-muted">{description}</p>}
        </div>
        {actions}
      </header>
      <div className={cx("flex min-h-0 grow flex-col", className)}>{children}</div>
    </div>
  );
}

/** A titled block inside a page or panel. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-xs font-semibold text-faint">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
