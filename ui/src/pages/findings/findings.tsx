import { useParams } from "@tanstack/react-router";
import { FindingPage } from "./finding.tsx";

export function FindingsPage() {
  const { place = "" } = useParams({ strict: false });
  return /^[0-9a-f]{8}-/i.test(place) ? <FindingPage id={place} /> : null;
}
