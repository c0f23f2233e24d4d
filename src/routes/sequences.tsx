import { useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { SequenceList } from "../features/sequences/sequence-list";
import { SequenceScreen } from "../features/sequences/sequence-screen";

export function SequencesRoute() {
  return <SequenceList />;
}

export function SequenceRoute() {
  const { sequenceId } = useParams({ from: "/sequences/$sequenceId" });
  return <SequenceScreen sequenceId={sequenceId as Id<"sequences">} />;
}
