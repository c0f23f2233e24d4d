import { ConvexAuthProvider, useAuthActions } from "@convex-dev/auth/react";
import { type ConvexReactClient, useConvexAuth } from "convex/react";
import { type ReactNode, useMemo } from "react";
import { AuthContext } from "../lib/auth";

/** Accounts of this installation: e-mail and password. */
export function LocalAuthProvider({ client, children }: { client: ConvexReactClient; children: ReactNode }) {
  return (
    <ConvexAuthProvider client={client}>
      <LocalAuthBridge>{children}</LocalAuthBridge>
    </ConvexAuthProvider>
  );
}

function LocalAuthBridge({ children }: { children: ReactNode }) {
  const { isLoading, isAuthenticated } = useConvexAuth();
  const { signIn, signOut } = useAuthActions();
  const value = useMemo(
    () => ({
      isLoading,
      isSignedIn: isAuthenticated,
      signOut,
      local: {
        signIn: async ({ email, password }: { email: string; password: string }) => {
          await signIn("password", { email, password, flow: "signIn" });
        },
        signUp: async ({ email, password, name }: { email: string; password: string; name: string }) => {
          await signIn("password", { email, password, name, flow: "signUp" });
        },
        resetPassword: async ({ token, password }: { token: string; password: string }) => {
          await signIn("password", { token, password, flow: "reset" });
        },
        changePassword: async ({ current, password }: { current: string; password: string }) => {
          await signIn("password", { current, password, flow: "change" });
        },
      },
    }),
    [isLoading, isAuthenticated, signIn, signOut],
  );
  return <AuthContext value={value}>{children}</AuthContext>;
}
