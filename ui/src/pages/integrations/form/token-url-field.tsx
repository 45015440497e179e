import { Button, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Connector } from "../../../api/connectors.ts";
import { useEndpoint } from "./use-endpoint.ts";

interface TokenUrlFieldProps {
  connector: Connector;
  apiEndpoint: string;
  /** Empty: it follows from the endpoint. */
  value: string;
  onChange: (tokenUrl: string) => void;
  error: string | undefined;
}

/** filled in from the environment, and editable. */
export function TokenUrlField({ connector, apiEndpoint, value, onChange, error }: TokenUrlFieldProps) {
  const [isOwn, setOwn] = useState(value !== "");
  const { answer } = useEndpoint(connector, apiEndpoint);
  const own = useEndpoint(connector, apiEndpoint, value);
  const following = answer?.ok === true ? answer.tokenUrl : "";
  const refused =
    isOwn && own.isCurrent && own.answer?.ok === false && own.answer.field === "tokenUrl" ? own.answer : null;
  return (
    <TextInput
      label="Token URL"
      value={isOwn ? value : following}
      onChange={(event) => {
        setOwn(true);
        onChange(event.currentTarget.value);
      }}
      description={
        isOwn ? (
          <Button
            variant="transparent"
            size="compact-xs"
            px={0}
            onClick={() => {
              setOwn(false);
              onChange("");
            }}
          >
            Take the one that belongs to the endpoint
          </Button>
        ) : (
          "Follows from the endpoint."
        )
      }
      error={
        error ??
        (refused === null ? undefined : (
          <>
            {refused.message} {refused.hint}
            {refused.suggestion !== null && (
              <Text span fz="xs" display="block" mt={4}>
                Probably meant: <span className="mono">{refused.suggestion}</span>
              </Text>
            )}
          </>
        ))
      }
      autoComplete="off"
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mono)", fontSize: 13 } }}
    />
  );
}
