import { createInstance } from "i18next";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider, initReactI18next } from "react-i18next";
import { expect, it, vi } from "vitest";
import type { Id } from "../../../convex/_generated/dataModel";
import en from "../../locales/en.json";
import { PastMessages } from "./past-messages";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
vi.mock("../delivery/why-button", () => ({ WhyButton: () => null }));
vi.mock("../../lib/org", () => ({
  useOrgPaginatedQuery: () => ({
    results: [
      {
        id: "m1",
        at: 0,
        subject: "Until tomorrow",
        sourceKind: "sequence",
        sourceLabel: "Before the course",
        channel: "whatsapp",
        state: { kind: "sent", at: 0 },
        reaction: "👍",
      },
    ],
    status: "Exhausted",
    loadMore: () => undefined,
  }),
}));

it("says whose a reaction is, with a colon only where the reaction follows", async () => {
  const i18n = createInstance();
  await i18n.use(initReactI18next).init({ lng: "en", resources: { en: { translation: en } } });
  const place = document.createElement("div");
  const root = createRoot(place);
  act(() =>
    root.render(
      <I18nextProvider i18n={i18n}>
        <PastMessages contactId={"c1" as Id<"contacts">} />
      </I18nextProvider>,
    ),
  );
  const chip = place.querySelector('span[title^="Reaction"]');
  expect(chip?.getAttribute("title")).toBe("Reaction of the person");
  expect(chip?.textContent).toBe("Reaction of the person: 👍");
  act(() => root.unmount());
});
