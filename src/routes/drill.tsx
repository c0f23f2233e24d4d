import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { DrillScreen } from "../features/drill/drill-screen";

export function DrillRoute() {
  const { drill } = useSearch({ from: "/drill" });
  const navigate = useNavigate();
  return (
    <DrillScreen
      chosenId={drill === undefined ? null : (drill as Id<"drills">)}
      onChoose={(id) => void navigate({ to: "/drill", search: id === null ? {} : { drill: id } })}
    />
  );
}
