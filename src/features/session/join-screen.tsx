import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { toastError } from "../../components/ui/toast";
import { useAuthValue } from "../../lib/auth";
import { describeError } from "../../lib/errors";
import { useStored } from "../../lib/stored";
import { Opening } from "./opening";
import { SignInScreen } from "./sign-in-screen";
import { useMe } from "./use-me";
import { Welcome } from "./welcome";

type JoinScreenProps = { token: string; onLeave: () => void };

/** What a link of an invitation opens: whose it is, an account if one is needed, and the way in. */
export function JoinScreen({ token, onLeave }: JoinScreenProps) {
  const { t } = useTranslation();
  const auth = useAuthValue();
  const [isJoining, setIsJoining] = useState(false);
  const { hasDeclined, decline } = useDecline(token);
  const invitation = useQuery(api.orgs.queries.invitation, isJoining ? "skip" : { token });
  if (auth.isLoading || isJoining || invitation === undefined) return <Opening />;
  if (hasDeclined) return <NotOpen title={t("join.declinedTitle")} text={t("join.declined")} onLeave={onLeave} />;
  if (invitation === null) return <NotOpen title={t("join.goneTitle")} text={t("join.gone")} onLeave={onLeave} />;
  const { orgName: org, role, email, hasExpired } = invitation;
  if (hasExpired) {
    return <NotOpen title={t("join.expiredTitle")} text={t("join.expired", { org })} onLeave={onLeave} />;
  }
  const title = t("join.title", { org });
  const text = t("join.text", { role: t(`roles.${role}`) });
  if (auth.isSignedIn) {
    return <Join {...{ token, title, text, onLeave }} onJoining={setIsJoining} onDecline={decline} />;
  }
  if (auth.local === null) return <Opening />;
  const offer = { title, text, email, onDecline: decline };
  return <SignInScreen auth={auth.local} demo={null} failure={null} invitation={offer} />;
}

/** Says no, with or without an account; what was said stays on the screen. */
function useDecline(token: string) {
  const { t } = useTranslation();
  const send = useMutation(api.inbox.teams.invitations.mutations.decline);
  const [hasDeclined, setHasDeclined] = useState(false);
  const decline = () => {
    send({ token }).then(
      () => setHasDeclined(true),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return { hasDeclined, decline };
}

function NotOpen({ title, text, onLeave }: { title: string; text: string; onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <Welcome title={title} text={text}>
      <Button variant="primary" className="h-9" onPress={onLeave}>
        {t("join.home")}
      </Button>
    </Welcome>
  );
}

type JoinProps = JoinScreenProps & {
  title: string;
  text: string;
  onJoining: (isJoining: boolean) => void;
  onDecline: () => void;
};

function Join({ token, title, text, onJoining, onDecline, onLeave }: JoinProps) {
  const { t } = useTranslation();
  const { signOut } = useAuthValue();
  const me = useMe();
  const accept = useMutation(api.inbox.teams.invitations.mutations.accept);
  const [, choose] = useStored<string>("workspace", "");
  const join = async () => {
    onJoining(true);
    try {
      choose(await accept({ token }));
      onLeave();
    } catch (thrown) {
      onJoining(false);
      toastError(describeError(thrown, t));
    }
  };
  if (me === null) return <Opening />;
  return (
    <Welcome title={title} text={text}>
      <p className="text-sm">{t("join.signedInAs", { name: me.person?.name })}</p>
      <div className="flex flex-col gap-2">
        <Button variant="primary" className="h-9" onPress={() => void join()}>
          {t("join.join")}
        </Button>
        <Button onPress={() => void signOut()}>{t("join.other")}</Button>
        <Button variant="quiet" onPress={onLeave}>
          {t("join.later")}
        </Button>
        <Button variant="quiet" onPress={onDecline}>
          {t("join.decline")}
        </Button>
      </div>
    </Welcome>
  );
}
