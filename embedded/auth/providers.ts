/** An entry of `auth.config.ts` as evaluated at push (convex-facts h.1). `domain` and `issuer` carry a scheme. */
export type AuthProvider = OidcProvider | CustomJwtProvider;

export interface OidcProvider {
  domain: string;
  applicationID: string;
}

export interface CustomJwtProvider {
  type: "customJwt";
  issuer: string;
  /** An `https:`, `http:` or `data:` URL. */
  jwks: string;
  algorithm: "RS256" | "ES256";
  /** Null or absent: the token's audience is not looked at. */
  applicationID?: string | null;
}
