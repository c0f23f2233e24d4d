// Closed sets of templates that server and browser share, in the order in which they are offered.

/** S1 communication_template.template_category */
export const TEMPLATE_CATEGORIES = [
  "customer_service",
  "installation_scheduling",
  "technical_support",
  "sales_inquiry",
  "complaint_response",
  "follow_up",
  "auto_response",
  "internal_notification",
] as const;

/** S1 communication_template.channel_type */
export const TEMPLATE_CHANNEL_TYPES = ["email_outlook", "sms", "whatsapp_business", "any", "internal_comment"] as const;
