import { Outlet } from "@tanstack/react-router";
import { lazy } from "react";
import { SessionGate } from "../features/session/session-gate";
import { Shell } from "../features/shell/shell";

const PhoneDock = lazy(async () => ({ default: (await import("../features/phones/phone-dock")).PhoneDock }));

export function RootRoute() {
  return (
    <SessionGate>
      <Shell dock={<PhoneDock />}>
        <Outlet />
      </Shell>
    </SessionGate>
  );
}
