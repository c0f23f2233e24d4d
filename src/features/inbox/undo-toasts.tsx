import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toastEndsAt } from "../../../convex/inbox/sending/settings";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { changeDraft } from "./draft-desk";
import { useInboxPlace } from "./inbox-context";

/** Offered on this page, by the browser's id of the answer; kept apart from the screen, which comes and goes. */
const offered = new Map<string, { endsAt: number; end: () => void }>();

/**
 * Offers to take back what the member has just sent, as long as the server holds it: also on a page that was opened anew,
 * and on another device.
 */
export function UndoToasts() {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const held = useOrgQuery(api.inbox.sending.queries.undoable, useCan("inbox.reply") ? {} : "skip");
  const undo = useOrgMutation(api.inbox.sending.mutations.undo);
  const latest = useRef({ t, place, undo });
  useEffect(() => {
    latest.current = { t, place, undo };
  });
  useEffect(() => {
    if (held === undefined) return;
    for (const [clientId, { end }] of offered) {
      if (held.some((each) => each.clientId === clientId)) continue;
      offered.delete(clientId);
      end();
    }
    const now = Date.now();
    for (const { threadId, clientId, dueAt, close } of held) {
      const endsAt = toastEndsAt(dueAt);
      // What was sent without network is held from when the server got it.
      if (endsAt <= now || (offered.get(clientId)?.endsAt ?? 0) > now) continue;
      const takeBack = async () => {
        try {
          const isShown = await changeDraft(threadId, () => latest.current.undo({ threadId, clientId }));
          if (!isShown) latest.current.place.open(threadId);
        } catch (thrown) {
          toastError(describeError(thrown, latest.current.t));
        }
      };
      const words = latest.current.t(close ? "composer.heldClose" : "composer.held");
      const end = toast(words, { undo: () => void takeBack(), forMs: endsAt - now });
      offered.set(clientId, { endsAt, end });
    }
  }, [held]);
  return null;
}
