import { useQuery } from "convex/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { MIN_PASSWORD_LENGTH } from "../../../convex/lib/credentials";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/text-field";
import { type LocalAuth, useAuthValue } from "../../lib/auth";
import { describeError } from "../../lib/errors";
import { Alarm } from "./alarm";
import { Opening } from "./opening";
import { Welcome } from "./welcome";

type ResetScreenProps = { token: string; onLeave: () => void };

/** What a link to a new password opens: the choice of one, and with it the way in. */
export function ResetScreen({ token, onLeave }: ResetScreenProps) {
  const { t } = useTranslation();
  const { isLoading, local } = useAuthValue();
  // Used up while it is being sent: what it opened stays on the screen until the way in is open.
  const [isBusy, setIsBusy] = useState(false);
  const [email, setEmail] = useState<string | null>(null);
  const reset = useQuery(api.inbox.teams.passwords.queries.reset, isBusy ? "skip" : { token });
  if (reset !== undefined && reset !== null && reset.email !== email) setEmail(reset.email);
  if (isLoading || (reset === undefined && !isBusy)) return <Opening />;
  if (local === null || (reset === null && !isBusy) || email === null) {
    return (
      <Welcome title={t("passwords.closedTitle")} text={t("passwords.closed")}>
        <Button variant="primary" className="h-9" onPress={onLeave}>
          {t("join.home")}
        </Button>
      </Welcome>
    );
  }
  return <NewPassword {...{ token, email, onLeave, isBusy }} auth={local} onBusy={setIsBusy} />;
}

type NewPasswordProps = ResetScreenProps & {
  email: string;
  auth: LocalAuth;
  isBusy: boolean;
  onBusy: (isBusy: boolean) => void;
};

function NewPassword({ token, email, auth, isBusy, onBusy, onLeave }: NewPasswordProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    if (password.length < MIN_PASSWORD_LENGTH) {
      setProblem(t("signIn.passwordShort", { count: MIN_PASSWORD_LENGTH }));
      return;
    }
    setProblem(null);
    onBusy(true);
    try {
      await auth.resetPassword({ token, password });
      onLeave();
    } catch (thrown) {
      setFailure(describeError(thrown, t));
      onBusy(false);
    }
  };
  return (
    <Welcome title={t("passwords.newTitle")} text={t("passwords.newText")}>
      {failure !== null && <Alarm>{failure}</Alarm>}
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
        <TextField label={t("signIn.email")} type="email" autoComplete="username" value={email} isReadOnly />
        <TextField
          label={t("passwords.new")}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          error={problem}
          description={t("signIn.passwordHint", { count: MIN_PASSWORD_LENGTH })}
          autoFocus
        />
        <Button type="submit" variant="primary" isPending={isBusy} className="mt-1 h-9">
          {t("passwords.save")}
        </Button>
      </form>
    </Welcome>
  );
}
