import { Alert, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiError } from "../api/client.ts";

/** What failed, why, and the way to try again. */
export function Failure({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={title ?? "This could not be loaded"}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="foreign">
          {messageOf(error)}
        </Text>
        {error instanceof ApiError && error.requestId !== undefined && (
          <Text size="xs" c="dimmed">
            Weir's log says more at request <span className="mono">{error.requestId}</span>.
          </Text>
        )}
        {onRetry !== undefined && (
          <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** The title is that of a whole page. */
  isPage?: boolean;
}

/** Nothing is there: why, and what next. */
export function Empty({ title, children, action, isPage = false }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <Title order={isPage ? 1 : 2}>{title}</Title>
      {children !== undefined && (
        <Text size="sm" c="dimmed" maw={520} component="div">
          {children}
        </Text>
      )}
      {action !== undefined && <Group mt="xs">{action}</Group>}
    </Stack>
  );
}

/** A page of which there is nothing else. */
export function EmptyPage(props: Omit<EmptyProps, "isPage">) {
  useDocumentTitle(`${props.title} · Weir`);
  return <Empty {...props} isPage />;
}

/** The place of rows that are on their way, so that nothing jumps when they come. */
export function RowSkeletons({ rows = 8, height = 20, gap = 16 }: { rows?: number; height?: number; gap?: number }) {
  const keys = Array.from({ length: rows }, (_, row) => row);
  return (
    <Stack gap={gap} p="md" aria-busy="true" aria-label="Loading">
      {keys.map((row) => (
        <Skeleton key={row} height={height} width={`${95 - ((row * 17) % 30)}%`} />
      ))}
    </Stack>
  );
}
