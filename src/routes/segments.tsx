import { useNavigate, useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { NewSegmentScreen, SegmentScreen } from "../features/contacts/segments/segment-screen";

export function SegmentRoute() {
  const { segmentId } = useParams({ from: "/segments/$segmentId" });
  return <SegmentScreen key={segmentId} segmentId={segmentId as Id<"segments">} />;
}

export function NewSegmentRoute() {
  const navigate = useNavigate();
  return (
    <NewSegmentScreen
      onMade={(segmentId) => void navigate({ to: "/segments/$segmentId", params: { segmentId }, replace: true })}
    />
  );
}
