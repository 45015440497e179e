import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failure, RowSkeletons } from "../kit/states.tsx";
import type { DetailProps } from "./layout.ts";
import { findingQuery } from "./queries.ts";

export function FindingDetails({ id }: DetailProps) {
  const { data, error, refetch } = useQuery(findingQuery(id));
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <RowSkeletons />;
  return <Text className="foreign">{data.title}</Text>;
}
