/**
 * The sign-in of the seeded demo workspace, shown on the sign-in screen while that workspace exists. It protects
 * nothing: the workspace holds invented people only, and the account cannot be used without it.
 */
export const DEMO_SIGN_IN = { email: "demo@haff-segeln.example", password: "Segeln-auf-dem-Haff" } as const;
