import { useMutation } from "convex/react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { ExactTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";

type Session = { id: string; since: number; isThis: boolean };

/** Where one is signed in, and the way out of all of it but here. */
export function Sessions({ sessions }: { sessions: readonly Session[] }) {
  const { t } = useTranslation();
  const endOthers = useMutation(api.inbox.teams.profile.mutations.endOtherSessions);
  const end = () => {
    endOthers({}).then(
      () => toast(t("profile.sessionsEnded")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <section aria-labelledby="profile-sessions" className="flex flex-col gap-3">
      <h3 id="profile-sessions" className="text-sm font-semibold">
        {t("profile.sessions")}
      </h3>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {sessions.map(({ id, since, isThis }) => (
          <li key={id} data-testid="session" className="flex items-center gap-2 px-4 py-2.5 text-sm">
            <span className="grow">
              {t("profile.since")} <ExactTime at={since} />
            </span>
            {isThis && <Badge>{t("profile.here")}</Badge>}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button className="self-start" onPress={end}>
          {t("profile.endOthers")}
        </Button>
      )}
    </section>
  );
}
