import { cx } from "./classes";

/** Initials of a name: first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0]?.charAt(0) ?? "";
  const last = words.length > 1 ? (words.at(-1)?.charAt(0) ?? "") : "";
  return (first + last).toLocaleUpperCase() || "?";
}

const SIZES = { sm: "size-5 text-[9px]", md: "size-7 text-2xs", lg: "size-10 text-sm" };

type AvatarProps = { name: string; size?: keyof typeof SIZES; tone?: "neutral" | "accent"; className?: string };

/** A person. Decorative: the name always stands beside it or in the label of its parent. */
export function Avatar({ name, size = "md", tone = "neutral", className }: AvatarProps) {
  return (
    <span
      aria-hidden
      title={name}
      className={cx(
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none",
        tone === "accent" ? "bg-accent-soft text-accent-text" : "bg-neutral-soft text-muted",
        SIZES[size],
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}
