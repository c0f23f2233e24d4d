import { ClerkProvider, SignIn, useAuth, useClerk } from "@clerk/react";
import { type ConvexReactClient, useConvexAuth } from "convex/react";
import { ConvexProviderWithClerk } from "convex/react-clerk";
import { type ReactNode, useMemo } from "react";
import { AuthContext } from "../lib/auth";

type ClerkAuthProps = { client: ConvexReactClient; publishableKey: string; children: ReactNode };

/** Identity by Clerk; organisations, roles and permissions stay ours. Loaded only when its key is set. */
export function ClerkAuthProvider({ client, publishableKey, children }: ClerkAuthProps) {
  return (
    <ClerkProvider publishableKey={publishableKey}>
      <ConvexProviderWithClerk client={client} useAuth={useAuth}>
        <ClerkBridge>{children}</ClerkBridge>
      </ConvexProviderWithClerk>
    </ClerkProvider>
  );
}

function ClerkBridge({ children }: { children: ReactNode }) {
  const { isLoading, isAuthenticated } = useConvexAuth();
  const { isSignedIn } = useAuth();
  const clerk = useClerk();
  const value = useMemo(
    () => ({ isLoading, isSignedIn: isAuthenticated, signOut: () => clerk.signOut(), local: null }),
    [isLoading, isAuthenticated, clerk],
  );
  if (isSignedIn === false) {
    return (
      <main className="flex min-h-full items-center justify-center bg-canvas p-4">
        <SignIn routing="hash" />
      </main>
    );
  }
  return <AuthContext value={value}>{children}</AuthContext>;
}
