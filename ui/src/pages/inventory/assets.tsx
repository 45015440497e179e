import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense } from "react";
import { useMay } from "../../api/me.ts";
import { useSoon } from "../../kit/soon.ts";
import { RowSkeletons } from "../../kit/states.tsx";
import { Explorer } from "../../list/explorer.tsx";
import { places } from "../../places.ts";
import { firstAssetColumns } from "./assets-columns.tsx";
import { assetList } from "./assets-list.tsx";
import { InventoryHeader } from "./header.tsx";
import { TagAllButton } from "./tag-all.tsx";

const AssetDetails = lazyRouteComponent(() => import("../../details/asset-details.tsx"), "AssetDetails");

export function AssetsPage() {
  useSoon(AssetDetails);
  const mayAdd = useMay("admin");
  const mayTag = useMay("analyst");
  return (
    <Explorer
      description={assetList}
      title="All Assets"
      crumb="Inventory › Assets"
      firstColumns={firstAssetColumns}
      actions={({ query, isKnown }) => mayTag && isKnown && <TagAllButton query={query} />}
      header={(list) => <InventoryHeader {...list} />}
      details={(id, onClose) => (
        <Suspense fallback={<RowSkeletons />}>
          <AssetDetails id={id} layout="panel" onClose={onClose} />
        </Suspense>
      )}
      addIntegrationHref={mayAdd ? places.catalogue : null}
    />
  );
}
