import type { ReactElement } from "react";
import type { EmailLayout } from "../convex/templates/schema";
import AgentReply from "./agent-reply";
import BookingConfirmation from "./booking-confirmation";
import CheckIn from "./check-in";
import type { EmailContent } from "./content";
import FollowUp from "./follow-up";
import Reminder from "./reminder";

/** The component of each layout a template version can name. */
export const EMAIL_COMPONENTS: Record<EmailLayout, (content: EmailContent) => ReactElement> = {
  booking_confirmation: BookingConfirmation,
  reminder: Reminder,
  check_in: CheckIn,
  follow_up: FollowUp,
  agent_reply: AgentReply,
};
