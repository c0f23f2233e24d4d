import { Avatar } from "../../../components/ui/avatar";
import { Button } from "../../../components/ui/button";

type DraftsBarProps = {
  /** Who it is about. */
  names: readonly string[];
  text: string;
  actions: readonly { label: string; run: () => void }[];
};

/** A line above the field: who else writes an answer here. */
export function DraftsBar({ names, text, actions }: DraftsBarProps) {
  return (
    <div
      data-testid="drafts-bar"
      className="mx-3 mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 rounded-md bg-accent-soft px-2 py-1 text-xs text-accent-text"
    >
      <span aria-hidden className="flex -space-x-1">
        {names.map((name) => (
          <Avatar key={name} name={name} size="sm" tone="accent" />
        ))}
      </span>
      <span role="status" className="min-w-0 grow">
        {text} {names.length > 0 && <strong className="font-semibold">{names.join(", ")}</strong>}
      </span>
      {actions.map(({ label, run }) => (
        <Button key={label} size="sm" variant="quiet" onPress={run}>
          {label}
        </Button>
      ))}
    </div>
  );
}
