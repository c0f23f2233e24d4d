import { createContext, use } from "react";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { Problem } from "../../../../convex/sequences/flow/problems";
import type { Edit, Flow, FlowNode, Place } from "../../../lib/api-types";
import type { Layout } from "./layout";

type Other = { memberId: string; name: string; selected: string | null };

/** What every part of the builder shares. */
export type Builder = {
  sequenceId: Id<"sequences">;
  flow: Flow;
  layout: Layout;
  problems: readonly Problem[];
  others: readonly Other[];
  canEdit: boolean;
  /** Id of the item that has the keyboard. */
  selected: string | null;
  select: (itemId: string | null) => void;
  /** Brings an item into view and gives it the keyboard. */
  goTo: (itemId: string) => void;
  /** Opens the form of a step; `withKeyboard` moves the keyboard into it. */
  open: (stepId: string, withKeyboard?: boolean) => void;
  /** The place at which the menu of what can be added is open, by `placeKey`. */
  addingAt: string | null;
  setAddingAt: (key: string | null) => void;
  add: (kind: FlowNode["kind"], place: Place) => void;
  paste: (place: Place) => void;
  canPaste: boolean;
  change: (edits: Edit[]) => boolean;
  update: (seen: FlowNode, next: FlowNode) => void;
};

export const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = use(BuilderContext);
  if (builder === null) throw new Error("useBuilder is used outside of the builder");
  return builder;
}
