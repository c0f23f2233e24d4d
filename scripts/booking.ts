import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../embedded/server/start-error.ts";
import { DeploymentClient } from "./lib/deployment.ts";
import { helpText, parseOptions } from "./lib/options.ts";
import { runCommand } from "./lib/run-command.ts";

const PURPOSE =
  "Sends the running demo a booking as cal.com would: signed, over HTTP. It starts in eight days at 09:00 UTC.";

const DAYS_AHEAD = 8;
const DAY_MS = 86_400_000;
const COURSE_HOURS = 6;

await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText("booking", PURPOSE, false));
    return;
  }
  const adminKey = readFileSync(join(options.dataDir, "admin-key"), "utf8").trim();
  const client = new DeploymentClient({ cloudUrl: `http://${options.host}:${options.port}`, adminKey });
  const source = (await client.run("dev/jobs:calcomSource")) as { publicId: string; secret: string } | null;
  if (source === null) throw new StartError("There is no demo workspace in this data folder.");
  const body = JSON.stringify(bookingCreated(new Date()));
  const url = `http://${options.host}:${options.sitePort}/hooks/booking/${source.publicId}`;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-Cal-Signature-256": createHmac("sha256", source.secret).update(body).digest("hex"),
    },
    body,
  });
  process.stdout.write(`POST ${url}\n${response.status} ${await response.text()}\n`);
  if (!response.ok) process.exitCode = 1;
});

/** cal.com's BOOKING_CREATED, as its default template sends it (providers.md 19.1). */
function bookingCreated(now: Date) {
  const startsAt = new Date(now);
  startsAt.setUTCHours(9, 0, 0, 0);
  startsAt.setTime(startsAt.getTime() + DAYS_AHEAD * DAY_MS);
  const endsAt = new Date(startsAt.getTime() + (COURSE_HOURS * DAY_MS) / 24);
  const attendee = { name: "Karla Winter", email: "karla.winter@example.org", phoneNumber: "+4915155500777" };
  return {
    triggerEvent: "BOOKING_CREATED",
    createdAt: now.toISOString(),
    payload: {
      type: "jollen-grundkurs",
      title: "Jollen-Grundkurs",
      startTime: startsAt.toISOString(),
      endTime: endsAt.toISOString(),
      uid: randomUUID(),
      bookingId: 4711,
      status: "ACCEPTED",
      organizer: { name: "Jana Petersen", email: "jana@haff-segeln.example", timeZone: "Europe/Berlin" },
      attendees: [{ ...attendee, timeZone: "Europe/Berlin", language: { locale: "de" } }],
      responses: { name: { value: attendee.name }, email: { value: attendee.email } },
      location: "Hafen Ueckermünde, Steg 3",
      metadata: {},
    },
  };
}
