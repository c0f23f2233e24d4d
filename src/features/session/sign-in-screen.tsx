import { FlaskConical } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { MIN_PASSWORD_LENGTH } from "../../../convex/lib/credentials";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/text-field";
import { type LocalAuth } from "../../lib/auth";
import { describeError } from "../../lib/errors";
import { Alarm } from "./alarm";
import { ForgotPassword } from "./forgot-password";
import { Welcome } from "./welcome";
import { problemsOf, type SignInFields, type SignInMode } from "./sign-in-form";

type SignInScreenProps = {
  auth: LocalAuth;
  demo: { email: string; password: string } | null;
  /** Why entering the demo by itself did not work. */
  failure: string | null;
  /** Where a link invites to, and whom: most will need an account first. */
  invitation?: { title: string; text: string; email: string; onDecline: () => void };
};

export function SignInScreen({ auth, demo, failure: earlier, invitation }: SignInScreenProps) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<SignInMode>(invitation === undefined ? "signIn" : "signUp");
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(earlier);
  const [hasForgotten, setHasForgotten] = useState(false);

  const attempt = async (work: () => Promise<void>, fallback: string) => {
    setIsBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (thrown) {
      const code = asAppError(thrown)?.code;
      if (thrown instanceof TypeError) setFailure(t("signIn.offline"));
      else setFailure(code === undefined || code === "unauthenticated" ? fallback : describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };

  if (hasForgotten) return <ForgotPassword email={invitation?.email ?? ""} onBack={() => setHasForgotten(false)} />;
  const title = t(mode === "signIn" ? "signIn.title" : "signIn.signUpTitle");
  return (
    <Welcome {...(invitation === undefined ? { title } : { title: invitation.title, text: invitation.text })}>
      {invitation !== undefined && <h2 className="text-sm font-semibold">{title}</h2>}
      {failure !== null && <Alarm>{failure}</Alarm>}
      <CredentialsForm
        key={mode}
        mode={mode}
        email={invitation?.email ?? ""}
        isBusy={isBusy}
        onSubmit={(fields) =>
          mode === "signIn"
            ? attempt(() => auth.signIn(fields), t("signIn.wrong"))
            : attempt(() => auth.signUp(fields), t("errors.unexpected"))
        }
      />
      {mode === "signIn" && (
        <Button variant="quiet" onPress={() => setHasForgotten(true)}>
          {t("passwords.forgot")}
        </Button>
      )}
      <Button
        variant="quiet"
        onPress={() => {
          setFailure(null);
          setMode(mode === "signIn" ? "signUp" : "signIn");
        }}
      >
        {t(mode === "signIn" ? "signIn.toSignUp" : "signIn.toSignIn")}
      </Button>
      {invitation !== undefined && (
        <Button variant="quiet" isDisabled={isBusy} onPress={invitation.onDecline}>
          {t("join.decline")}
        </Button>
      )}
      {demo !== null && (
        <div className="flex flex-col gap-2 border-t border-line pt-4">
          <Button
            isDisabled={isBusy}
            icon={<FlaskConical aria-hidden size={15} />}
            onPress={() => void attempt(() => auth.signIn(demo), t("signIn.wrong"))}
          >
            {t("signIn.demo")}
          </Button>
          <p className="text-center text-xs text-faint">{t("signIn.demoHint")}</p>
        </div>
      )}
    </Welcome>
  );
}

type CredentialsFormProps = {
  mode: SignInMode;
  /** What stands in the field at first. */
  email: string;
  isBusy: boolean;
  onSubmit: (fields: SignInFields) => Promise<void>;
};

function CredentialsForm({ mode, email, isBusy, onSubmit }: CredentialsFormProps) {
  const { t } = useTranslation();
  const [fields, setFields] = useState<SignInFields>({ email, password: "", name: "" });
  const [wasSent, setWasSent] = useState(false);
  const problems = wasSent ? problemsOf(mode, fields) : {};
  const errorOf = (field: keyof SignInFields) => {
    const problem = problems[field];
    return problem === undefined ? null : t(`signIn.${problem}`, { count: MIN_PASSWORD_LENGTH });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (Object.keys(problemsOf(mode, fields)).length === 0) void onSubmit({ ...fields, email: fields.email.trim() });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3">
      {mode === "signUp" && (
        <TextField
          label={t("signIn.name")}
          autoComplete="name"
          value={fields.name}
          onChange={(name) => setFields({ ...fields, name })}
          error={errorOf("name")}
        />
      )}
      <TextField
        label={t("signIn.email")}
        type="email"
        autoComplete="username"
        value={fields.email}
        onChange={(email) => setFields({ ...fields, email })}
        error={errorOf("email")}
      />
      <TextField
        label={t("signIn.password")}
        type="password"
        autoComplete={mode === "signIn" ? "current-password" : "new-password"}
        value={fields.password}
        onChange={(password) => setFields({ ...fields, password })}
        error={errorOf("password")}
        {...(mode === "signUp" ? { description: t("signIn.passwordHint", { count: MIN_PASSWORD_LENGTH }) } : {})}
      />
      <Button type="submit" variant="primary" isPending={isBusy} className="mt-1 h-9">
        {t(mode === "signIn" ? "signIn.signIn" : "signIn.signUp")}
      </Button>
    </form>
  );
}
