import { defineSchema } from "convex/server";
import { alertTables } from "./alerts/schema";
import { analyticsTables } from "./analytics/schema";
import { apiTables } from "./api/schema";
import { auditTables } from "./audit/schema";
import { bookkeepingTables } from "./bookkeeping/schema";
import { bookingTables } from "./bookings/schema";
import { domainHealthTables } from "./connections/domainHealth/schema";
import { connectionTables } from "./connections/schema";
import { contactTables } from "./contacts/schema";
import { emergencyTables } from "./delivery/emergencies/schema";
import { flowTables } from "./delivery/flow/schema";
import { holdTables } from "./delivery/holds/schema";
import { deliveryTables } from "./delivery/schema";
import { whatsappTemplateTables } from "./delivery/whatsappTemplates/schema";
import { windowTables } from "./delivery/windows/schema";
import { settingsTables } from "./delivery/settings/schema";
import { eventTables } from "./events/schema";
import { fileTables } from "./files/schema";
import { inboxTables } from "./inbox/schema";
import { intakeTables } from "./intake/schema";
import { notificationTables } from "./notifications/schema";
import { orgTables } from "./orgs/schema";
import { privacyTables } from "./privacy/schema";
import { drillTables } from "./sandbox/drills/schema";
import { sandboxTables } from "./sandbox/schema";
import { previewTables } from "./sequences/preview/schema";
import { draftTables } from "./sequences/drafts/schema";
import { sequenceFigureTables } from "./sequences/figures/schema";
import { sequenceTables } from "./sequences/schema";
import { sequenceSettingsTables } from "./sequences/settings/schema";
import { sweepTables } from "./sequences/sweeps/schema";
import { versionTables } from "./sequences/versions/schema";
import { slaTables } from "./sla/schema";
import { taskTables } from "./tasks/schema";
import { templateTables } from "./templates/schema";
import { surveyTables } from "./surveys/schema";
import { trackingTables } from "./tracking/schema";

export default defineSchema({
  ...orgTables,
  ...eventTables,
  ...auditTables,
  ...fileTables,
  ...contactTables,
  ...templateTables,
  ...connectionTables,
  ...domainHealthTables,
  ...deliveryTables,
  ...windowTables,
  ...whatsappTemplateTables,
  ...flowTables,
  ...holdTables,
  ...emergencyTables,
  ...settingsTables,
  ...surveyTables,
  ...trackingTables,
  ...inboxTables,
  ...taskTables,
  ...notificationTables,
  ...slaTables,
  ...intakeTables,
  ...bookingTables,
  ...sequenceTables,
  ...sequenceFigureTables,
  ...previewTables,
  ...draftTables,
  ...versionTables,
  ...sweepTables,
  ...sequenceSettingsTables,
  ...analyticsTables,
  ...alertTables,
  ...apiTables,
  ...bookkeepingTables,
  ...privacyTables,
  ...sandboxTables,
  ...drillTables,
});
