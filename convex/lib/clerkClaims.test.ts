import { expect, it } from "vitest";
import { readClerkOrganisation, roleOfClerk } from "./clerkClaims";

const EXPECTED = { id: "org_2x", slug: "haff", role: "admin" };

it.each([
  ["session token v2", { v: 2, o: { id: "org_2x", slg: "haff", rol: "admin", per: "read", fpm: "1" } }],
  ["customJwt provider, flattened", { "o.id": "org_2x", "o.slg": "haff", "o.rol": "admin" }],
  ["session token v1", { org_id: "org_2x", org_slug: "haff", org_role: "org:admin" }],
])("reads the active organisation of a %s", (_, claims) => {
  expect(readClerkOrganisation(claims)).toEqual(EXPECTED);
});

it.each([{}, { o: null }, { o: {} }, { o: "org_2x" }, { org_id: "", org_role: "" }, { org_id: null }])(
  "sees none in %j",
  (claims) => expect(readClerkOrganisation(claims)).toBeNull(),
);

it("takes a missing role for an ordinary member", () => {
  expect(readClerkOrganisation({ org_id: "org_2x" })).toEqual({ id: "org_2x", slug: undefined, role: "member" });
});

it("makes only Clerk's admins admins", () => {
  expect(roleOfClerk("admin")).toBe("admin");
  for (const role of ["member", "basic_member", "owner", ""]) expect(roleOfClerk(role)).toBe("agent");
});
