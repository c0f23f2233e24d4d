import { Outlet } from "@tanstack/react-router";
import { lazy } from "react";
import { withTexts } from "../lib/later";
import { SessionGate } from "../features/session/session-gate";
import { Shell } from "../features/shell/shell";

const PhoneDock = lazy(async () => {
  const { PhoneDock: dock } = await withTexts(import("../features/phones/phone-dock"));
  return { default: dock };
});

export function RootRoute() {
  return (
    <SessionGate>
      <Shell dock={<PhoneDock />}>
        <Outlet />
      </Shell>
    </SessionGate>
  );
}
