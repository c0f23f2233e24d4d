import { useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { ContactScreen } from "../features/contacts/contact-screen";

export function ContactRoute() {
  const { contactId } = useParams({ from: "/contacts/$contactId" });
  return <ContactScreen contactId={contactId as Id<"contacts">} />;
}
