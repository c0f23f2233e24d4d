import { useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { RehearsalScreen } from "../features/sequences/rehearsal/rehearsal-screen";

export function RehearsalRoute() {
  const { sequenceId } = useParams({ from: "/sequences/$sequenceId/rehearsal" });
  return <RehearsalScreen sequenceId={sequenceId as Id<"sequences">} />;
}
