import { useMutation } from "convex/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/text-field";
import { describeError } from "../../lib/errors";
import { Alarm } from "./alarm";
import { problemsOf } from "./sign-in-form";
import { Welcome } from "./welcome";

/** Asks for a link to a new password. What it says afterwards is the same for every address. */
export function ForgotPassword({ email: known, onBack }: { email: string; onBack: () => void }) {
  const { t } = useTranslation();
  const request = useMutation(api.inbox.teams.passwords.mutations.request);
  const [email, setEmail] = useState(known);
  const [state, setState] = useState<"asking" | "busy" | "sent">("asking");
  const [failure, setFailure] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (problemsOf("signIn", { email, password: "-", name: "" }).email !== undefined) {
      setProblem(t("signIn.emailMissing"));
      return;
    }
    setState("busy");
    setProblem(null);
    setFailure(null);
    try {
      await request({ email: email.trim() });
      setState("sent");
    } catch (thrown) {
      setFailure(describeError(thrown, t));
      setState("asking");
    }
  };
  return (
    <Welcome title={t("passwords.forgotTitle")} {...(state === "sent" ? {} : { text: t("passwords.forgotText") })}>
      {failure !== null && <Alarm>{failure}</Alarm>}
      {state === "sent" ? (
        <div role="status" className="flex flex-col gap-2 text-sm">
          <p>{t("passwords.sent", { email: email.trim() })}</p>
          <p className="text-muted">{t("passwords.sentElse")}</p>
        </div>
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
          <TextField
            label={t("signIn.email")}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            error={problem}
            autoFocus
          />
          <Button type="submit" variant="primary" isPending={state === "busy"} className="mt-1 h-9">
            {t("passwords.ask")}
          </Button>
        </form>
      )}
      <Button variant="quiet" onPress={onBack}>
        {t("passwords.back")}
      </Button>
    </Welcome>
  );
}
