import { useQuery } from "convex/react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { LocalAuth } from "../../lib/auth";
import { describeError } from "../../lib/errors";
import { later } from "../../lib/later";
import { useStored } from "../../lib/stored";
import { Opening } from "./opening";

const SignInScreen = later(async () => (await import("./sign-in-screen")).SignInScreen, { meanwhile: <Opening /> });

/**
 * Nobody is signed in. Where there is a demo workspace, a browser's first visit enters it by itself: somebody trying the
 * product should see it, not a form. Afterwards (signed out, or it failed) there is the form, with the demo one press away.
 */
export function StrangerGate({ auth }: { auth: LocalAuth }) {
  const { t } = useTranslation();
  const demo = useQuery(api.orgs.queries.demo, {});
  const [wasEntered, setWasEntered] = useStored<boolean>("demoEntered", false);
  const [failure, setFailure] = useState<string | null>(null);
  const isEntering = useRef(false);

  useEffect(() => {
    if (demo === undefined || demo === null || wasEntered || isEntering.current) return;
    isEntering.current = true;
    auth
      .signIn(demo)
      .catch((thrown: unknown) => setFailure(describeError(thrown, t)))
      .finally(() => setWasEntered(true));
  }, [demo, wasEntered, auth, setWasEntered, t]);

  if (demo === undefined || (demo !== null && !wasEntered)) return <Opening />;
  return <SignInScreen auth={auth} demo={demo} failure={failure} />;
}
