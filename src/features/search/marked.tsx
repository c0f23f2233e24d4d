import type { ReactNode } from "react";
import { parseSearch } from "../../../convex/inbox/search/parse";

/** A text with the words that were looked for marked in it. */
export function marked(shown: string, search: string): ReactNode {
  const { words, phrases, subject } = parseSearch(search);
  const parts = [...phrases, ...words, ...subject].sort((a, b) => b.length - a.length);
  if (parts.length === 0) return shown;
  const pattern = new RegExp(
    `(${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`,
    "gi",
  );
  return shown.split(pattern).map((piece, index) =>
    // Every second piece is what was found; pieces have no identity but their place.
    index % 2 === 1 ? (
      <mark key={`${index}-${piece}`} className="rounded-sm bg-warn-soft text-inherit">
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}
