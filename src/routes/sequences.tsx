import { useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { BuilderScreen } from "../features/sequences/builder/builder-screen";
import { SequenceList } from "../features/sequences/sequence-list";

export function SequencesRoute() {
  return <SequenceList />;
}

export function SequenceRoute() {
  const { sequenceId } = useParams({ from: "/sequences/$sequenceId" });
  return <BuilderScreen sequenceId={sequenceId as Id<"sequences">} />;
}
