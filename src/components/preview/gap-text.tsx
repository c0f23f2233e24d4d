import { WRITING_GAP } from "../../../convex/templates/variables";

/** A text in which missing values stand out: ⟦name⟧ becomes a mark. */
export function GapText({ text }: { text: string }) {
  // A pattern with one group: every second part is a name.
  return text.split(WRITING_GAP).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <mark key={index} className="rounded-sm bg-warn-soft px-1 font-medium text-warn">
        {part}
      </mark>
    ),
  );
}
