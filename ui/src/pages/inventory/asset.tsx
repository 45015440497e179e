import { useParams } from "@tanstack/react-router";
import { AssetDetails } from "../../details/asset-details.tsx";

/** One asset, on a page of its own. */
export function AssetPage() {
  const { id = "" } = useParams({ strict: false });
  return <AssetDetails id={id} layout="page" />;
}
