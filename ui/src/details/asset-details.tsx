import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failure, RowSkeletons } from "../kit/states.tsx";
import type { DetailProps } from "./layout.ts";
import { assetQuery } from "./queries.ts";

export function AssetDetails({ id }: DetailProps) {
  const { data, error, refetch } = useQuery(assetQuery(id));
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <RowSkeletons />;
  return <Text className="foreign">{data.name}</Text>;
}
