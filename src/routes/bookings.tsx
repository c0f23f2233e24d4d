import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { BookingList } from "../features/bookings/booking-list";
import { BookingScreen } from "../features/bookings/booking-screen";

export function BookingsRoute() {
  const { view } = useSearch({ from: "/bookings" });
  const navigate = useNavigate();
  return <BookingList view={view} onView={(next) => void navigate({ to: "/bookings", search: { view: next } })} />;
}

export function BookingRoute() {
  const { bookingId } = useParams({ from: "/bookings/$bookingId" });
  return <BookingScreen bookingId={bookingId as Id<"bookings">} />;
}
