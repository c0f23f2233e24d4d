import type { ReactNode } from "react";

type FigureTableProps = { id: string; title: string; head: ReactNode; children: ReactNode };

/** A table of figures with its heading; on narrow screens it scrolls by itself, by keyboard too. */
export function FigureTable({ id, title, head, children }: FigureTableProps) {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <h2 id={id} className="text-sm font-semibold">
        {title}
      </h2>
      <div className="overflow-x-auto rounded-lg border border-line" tabIndex={0} role="group" aria-labelledby={id}>
        <table className="w-full text-sm tabular-nums">
          <thead>
            <tr className="border-b border-line text-left text-xs text-muted">{head}</tr>
          </thead>
          <tbody className="divide-y divide-line">{children}</tbody>
        </table>
      </div>
    </section>
  );
}
