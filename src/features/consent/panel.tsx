import type { ReactNode } from "react";

/** A tab that is read from top to bottom: a word of explanation, then what there is. */
export function Panel({ intro, actions, children }: { intro: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="min-h-0 grow overflow-y-auto px-6 py-5 max-md:px-4">
      <div className="flex max-w-3xl flex-col gap-4">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <p className="max-w-xl text-sm text-muted">{intro}</p>
          {actions}
        </div>
        {children}
      </div>
    </div>
  );
}
