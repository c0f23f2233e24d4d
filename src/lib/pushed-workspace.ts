import { writeStored } from "./stored";

const MARK = /^#workspace=([a-z0-9]+)$/;

/** A press on a pushed notification opened this tab: it shows the workspace the notification is from. */
export function openPushedWorkspace(): void {
  const orgId = MARK.exec(location.hash)?.[1];
  if (orgId === undefined) return;
  writeStored("workspace", orgId);
  history.replaceState(history.state, "", location.pathname + location.search);
}
