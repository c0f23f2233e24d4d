import { type ReactNode, useMemo, useState } from "react";
import { useAuthValue } from "../../lib/auth";
import type { Me, Membership } from "../../lib/api-types";
import { OrgContext } from "../../lib/org";
import { later } from "../../lib/later";
import { useStored } from "../../lib/stored";
import { Opening } from "./opening";
import { StrangerGate } from "./stranger-gate";
import { useMe } from "./use-me";

const OPENING = { meanwhile: <Opening /> };
const AccessEnded = later(async () => (await import("./access-ended")).AccessEnded, OPENING);
const CreateWorkspace = later(async () => (await import("./create-workspace")).CreateWorkspace, OPENING);

/** Everything below has a signed-in person and a workspace; strangers and newcomers get their own screens. */
export function SessionGate({ children }: { children: ReactNode }) {
  const auth = useAuthValue();
  if (auth.isLoading) return <Opening />;
  if (!auth.isSignedIn) return auth.local === null ? <Opening /> : <StrangerGate auth={auth.local} />;
  return <PersonGate>{children}</PersonGate>;
}

function PersonGate({ children }: { children: ReactNode }) {
  const me = useMe();
  return me === null ? <Opening /> : <WorkspaceGate me={me}>{children}</WorkspaceGate>;
}

function WorkspaceGate({ me, children }: { me: Me; children: ReactNode }) {
  const [chosen, choose] = useStored<string>("workspace", "");
  const [shown, setShown] = useState<Membership | null>(null);
  const membership = me.memberships.find(({ orgId }) => orgId === chosen) ?? me.memberships[0];
  const value = useMemo(
    () => (membership === undefined ? null : { orgId: membership.orgId, membership, me, switchTo: choose }),
    [membership, me, choose],
  );
  // Somebody was taken out of the workspace on the screen: it is gone at once, and says why.
  if (shown !== null && !me.memberships.some(({ orgId }) => orgId === shown.orgId)) {
    return <AccessEnded orgName={shown.orgName} onContinue={() => setShown(null)} />;
  }
  if (value === null) return <CreateWorkspace />;
  if (shown?.orgId !== value.orgId) setShown(value.membership);
  // Another workspace is another world: nothing of the old one stays on the screen.
  return (
    <OrgContext key={value.orgId} value={value}>
      {children}
    </OrgContext>
  );
}
