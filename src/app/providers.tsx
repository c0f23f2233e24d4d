import { lazy, type ReactNode, Suspense, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { createConvexClient } from "../lib/convex";
import { useLanguage } from "../lib/i18n";
import { ShortcutProvider } from "../lib/shortcuts";
import { useAppliedTheme } from "../lib/theme";
import { LocalAuthProvider } from "./local-auth";

const ClerkAuthProvider = lazy(async () => ({ default: (await import("./clerk-auth")).ClerkAuthProvider }));

const CLERK_KEY: string | undefined = import.meta.env.VITE_CLERK_PUBLISHABLE_KEY;

/** Everything the screens stand on: backend, identity, language, theme, keyboard. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createConvexClient);
  const language = useLanguage();
  useAppliedTheme();
  const inner = <ShortcutProvider>{children}</ShortcutProvider>;
  return (
    <I18nProvider locale={language}>
      {CLERK_KEY === undefined || CLERK_KEY === "" ? (
        <LocalAuthProvider client={client}>{inner}</LocalAuthProvider>
      ) : (
        <Suspense>
          <ClerkAuthProvider client={client} publishableKey={CLERK_KEY}>
            {inner}
          </ClerkAuthProvider>
        </Suspense>
      )}
    </I18nProvider>
  );
}
