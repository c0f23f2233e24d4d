import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { IMAGE_PROBLEMS } from "./limits";

/** What became of an upload that was to be a picture. */
export const vAddedImage = v.union(
  v.object({ kind: v.literal("added"), fileId: v.id("files") }),
  v.object({ kind: v.literal("refused"), problem: literals(...IMAGE_PROBLEMS) }),
);
export type AddedImage = Infer<typeof vAddedImage>;
