import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";

/** S1 communication_message.delivery_status */
export const DELIVERY_STATUSES = ["pending", "sent", "delivered", "read", "failed", "bounced"] as const;
export const vDeliveryStatus = literals(...DELIVERY_STATUSES);
export type DeliveryStatus = Infer<typeof vDeliveryStatus>;
