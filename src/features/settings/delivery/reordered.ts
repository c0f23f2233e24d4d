import type { Channel } from "../../../../convex/lib/closedSets";

/** `moved` taken out of the order and put before or after `target`. */
export function reordered(
  channels: readonly Channel[],
  moved: readonly Channel[],
  target: Channel,
  position: "before" | "after",
): Channel[] {
  const rest = channels.filter((channel) => !moved.includes(channel));
  const at = rest.indexOf(target);
  if (at === -1) return [...channels];
  return rest.toSpliced(position === "before" ? at : at + 1, 0, ...moved);
}
