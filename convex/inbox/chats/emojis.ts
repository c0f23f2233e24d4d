// What members react with. Pure: the screen offers them, the server takes no others.

export const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;
export type Reaction = (typeof REACTIONS)[number];
