import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { cx } from "../../components/ui/classes";
import type { Behind } from "./figures";

type TileProps = {
  label: string;
  value: string;
  note?: ReactNode;
  /** Where the click leads. */
  behind?: Behind | undefined;
};

const TILE = "flex h-full flex-col gap-1 rounded-lg border border-line px-4 py-3";

/** One figure; a link where what is behind it can be shown. */
export function Tile({ label, value, note, behind }: TileProps) {
  const content = (
    <>
      <span className="text-xs text-muted">{label}</span>
      <span className="text-xl font-semibold tabular-nums">{value}</span>
      {note !== undefined && <span className="flex items-center gap-1.5 text-xs text-muted">{note}</span>}
    </>
  );
  if (behind === undefined) return <li className={TILE}>{content}</li>;
  return (
    <li>
      <Link {...behind} className={cx(TILE, "hover:border-edge hover:bg-hover")}>
        {content}
      </Link>
    </li>
  );
}

/** Figures side by side under a heading. */
export function Tiles({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">{title}</h2>
      <ul className="grid grid-cols-5 gap-3 max-xl:grid-cols-3 max-md:grid-cols-2">{children}</ul>
    </section>
  );
}
