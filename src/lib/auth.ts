import { createContext, use } from "react";

/** What the screens need to know about signing in, whoever does it (local accounts or Clerk). */
export type AuthValue = {
  isLoading: boolean;
  isSignedIn: boolean;
  signOut: () => Promise<void>;
  /** Null when an outside identity provider shows its own form. */
  local: LocalAuth | null;
};

export type LocalAuth = {
  signIn: (credentials: { email: string; password: string }) => Promise<void>;
  signUp: (account: { email: string; password: string; name: string }) => Promise<void>;
  /** By a one-time link; signs in and ends every other session. */
  resetPassword: (choice: { token: string; password: string }) => Promise<void>;
  /** By who is signed in; ends their other sessions. */
  changePassword: (choice: { current: string; password: string }) => Promise<void>;
};

export const AuthContext = createContext<AuthValue | null>(null);

export function useAuthValue(): AuthValue {
  const value = use(AuthContext);
  if (value === null) throw new Error("useAuthValue is used outside of the auth provider");
  return value;
}
