import { useMay } from "../../api/me.ts";
import { AssetDetails } from "../../details/asset-details.tsx";
import { Explorer } from "../../list/explorer.tsx";
import { places } from "../../places.ts";
import { firstAssetColumns } from "./assets-columns.tsx";
import { assetList } from "./assets-list.tsx";
import { InventoryHeader } from "./header.tsx";

export function AssetsPage() {
  const mayAdd = useMay("admin");
  return (
    <Explorer
      description={assetList}
      title="All Assets"
      crumb="Inventory › Assets"
      firstColumns={firstAssetColumns}
      header={(list) => <InventoryHeader {...list} />}
      details={(id, onClose) => <AssetDetails id={id} layout="panel" onClose={onClose} />}
      addIntegrationHref={mayAdd ? places.catalogue : null}
    />
  );
}
