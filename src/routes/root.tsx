import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy } from "react";
import { later, withTexts } from "../lib/later";
import { SessionGate } from "../features/session/session-gate";
import { Shell } from "../features/shell/shell";

const PhoneDock = lazy(async () => {
  const { PhoneDock: dock } = await withTexts(import("../features/phones/phone-dock"));
  return { default: dock };
});

const JoinScreen = later(async () => (await import("../features/session/join-screen")).JoinScreen);

const ResetScreen = later(async () => (await import("../features/session/reset-screen")).ResetScreen);

export function RootRoute() {
  // Only these: the frame around the screens is not drawn again with every conversation that is opened.
  const joinToken = useParams({ strict: false, select: (params) => params.joinToken });
  const resetToken = useParams({ strict: false, select: (params) => params.resetToken });
  const navigate = useNavigate();
  // Before any workspace: who follows the link may not have one.
  if (joinToken !== undefined) {
    return <JoinScreen token={joinToken} onLeave={() => void navigate({ to: "/" })} />;
  }
  if (resetToken !== undefined) {
    return <ResetScreen token={resetToken} onLeave={() => void navigate({ to: "/" })} />;
  }
  return (
    <SessionGate>
      <Shell dock={<PhoneDock />}>
        <Outlet />
      </Shell>
    </SessionGate>
  );
}
