import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Failure } from "./states.tsx";

interface ConfirmProps {
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The verb on the button: "Remove". */
  verb: string;
  /** What has to be typed first, for what cannot be undone. */
  typed?: string;
  /** Whether all is chosen that has to be. */
  isReady?: boolean;
  onClose: () => void;
  onConfirm: () => void;
  isPending: boolean;
  error: unknown;
}

/** Asks once more before something that cannot be taken back. */
export function Confirm(props: ConfirmProps) {
  const { title, children, verb, typed, isReady = true, onClose, onConfirm, isPending, error } = props;
  const [text, setText] = useState("");
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack gap="md">
        <Text fz="sm" component="div">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to confirm`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {error != null && <Failure error={error} title="Not done" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color="red"
            onClick={onConfirm}
            loading={isPending}
            disabled={!isReady || (typed !== undefined && text !== typed)}
          >
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
