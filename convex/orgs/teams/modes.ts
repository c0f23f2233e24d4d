/** How a team shares its work (product.md A-73): in turn, or to whoever has the fewest open conversations. Pure. */
export const TEAM_MODES = ["round_robin", "balanced"] as const;
